import { expect, it } from 'vitest';
import type { Message } from '../../src/model/message.js';
import type { Respond, ToolCall } from '../helpers/model-server/behaviour.js';
import { makeServedProject, type ServedOptions } from '../helpers/served-project.js';

// Tools with `respond`: the loop of calls and results runs until the model answers without calls.

const ORDER = {
  type: 'object',
  properties: { id: { type: 'integer' } },
  required: ['id'],
  additionalProperties: false,
};

/** A model that makes these calls, one an answer, and then says what the last result was. */
const calling =
  (...calls: readonly ToolCall[]): Respond =>
  ({ body }) => {
    const messages = body['messages'] as { role: string; content: string }[];
    const call = calls[messages.filter(({ role }) => role === 'tool').length];
    if (call) return { kind: 'text', text: '', toolCalls: [call] };
    return { kind: 'text', text: `ok ${messages.at(-1)?.content}` };
  };

const look = (id: unknown, name = 'get_order'): ToolCall => ({ name, arguments: { id } as never });

async function holdWith(respond: unknown, model: Respond, more: ServedOptions & { prompt?: object } = {}) {
  const { prompt = {}, ...rest } = more;
  const served = await makeServedProject(
    { respond: model },
    {
      ...rest,
      cases: ['hello'],
      prompt: { tools: [{ name: 'get_order', parameters: ORDER, respond }], ...prompt },
    },
  );
  const { result, record } = await served.record(['eval', '--no-cache']);
  const [first] = record.results;
  return { served, result, record, first, results: resultsIn(first?.output?.conversation) };
}

function resultsIn(conversation: readonly Message[] = []): readonly unknown[] {
  return conversation.flatMap((message) => (message.role === 'tool' ? [message.content] : []));
}

it.each([
  ['a text', 'shipped', 'shipped'],
  ['JSON', { status: 'shipped', items: [1, 2] }, '{"status":"shipped","items":[1,2]}'],
  ['JSON with a key of our own', { answer: { answer: 42 } }, '{"answer":42}'],
  [
    'the first answer that fits',
    [
      { when: { id: 8 }, answer: 'no' },
      { when: { id: 7 }, answer: 'yes' },
    ],
    'yes',
  ],
  ['an answer without condition', [{ when: { id: 8 }, answer: 'no' }, { answer: 'any' }], 'any'],
  ['no answer that fits', [{ when: { id: 8 }, answer: 'no' }], 'Error: get_order has no result for these arguments.'],
])('%s is the result of a call, and the model goes on with it', async (_, respond, told) => {
  const { served, result, first, results } = await holdWith(respond, calling(look(7)));
  expect([result.code, results]).toEqual([0, [told]]);
  expect(first?.output).toMatchObject({ text: `ok ${told}`, toolCalls: [], finishReason: 'stop' });
  expect(served.server.stats().calls).toBe(2);
  // What answers is not sent
  expect(JSON.stringify(served.server.calls[0]?.body)).not.toContain('respond');
});

it('what is wrong with a call is told to the model, and stands in the conversation', async () => {
  const model = calling(look(7, 'get_ordr'), look('seven'), { name: 'get_order', arguments: '{"id": ' }, look(7));
  const { result, results } = await holdWith('shipped', model);
  expect(result.code).toBe(0);
  expect(results).toEqual([
    'Error: there is no tool "get_ordr"; there is get_order.',
    expect.stringMatching(/^Error: the arguments do not fit: .*id.* integer/),
    'Error: the arguments are no JSON object.',
    'shipped',
  ]);
});

it('a module of the project gives results; it sees the arguments, the variables and what was said', async () => {
  const module = `export default async ({ id }, { tool, vars, messages }) =>
    ({ id: id + 1, tool, ticket: vars.ticket, said: messages.map(({ role }) => role) });`;
  const files = { 'prompts/order.mjs': module };
  const { result, results, served } = await holdWith('./order.mjs', calling(look(7)), { files });
  expect([result.code, result.stderr.includes('failed')]).toEqual([0, false]);
  expect(results).toEqual(['{"id":8,"tool":"get_order","ticket":"hello","said":["user","assistant"]}']);
  await served.project.write('prompts/order.mjs', module.replace('id + 1', 'id + 2'));
  const after = await served.record(['eval', '--no-cache']);
  expect(resultsIn(after.record.results[0]?.output?.conversation)[0]).toContain('"id":9');
});

it('a program of the project gives results, with a small environment', async () => {
  const program = `let text = ''; process.stdin.on('data', (piece) => { text += piece; }).on('end', () => {
    const { tool, arguments: given, vars } = JSON.parse(text);
    console.log([tool, given.id, vars.ticket, process.env.FAKE_KEY, process.env.SHOP].join(' '));
  });`;
  const files = { 'tools/order.mjs': program };
  const respond = { exec: [process.execPath, 'tools/order.mjs'], env: ['SHOP'] };
  const { result, results } = await holdWith(respond, calling(look(7)), { files });
  expect([result.code, results]).toEqual([0, ['get_order 7 hello  ']]);
});

it.each([
  ['a module that throws', './bad.mjs', 'export default () => { throw new Error("no database"); };', 'no database'],
  ['a module that gives nothing', './bad.mjs', 'export default () => undefined;', 'gave no text and no JSON'],
  ['a program that fails', { exec: ['false'] }, '', 'false exited with code 1'],
  ['a program that is not there', { exec: ['./no-such-program'] }, '', 'there is no program'],
])('%s is an error of the sample, not of the prompt', async (_, respond, module, why) => {
  const { result, first } = await holdWith(respond, calling(look(7)), { files: { 'prompts/bad.mjs': module } });
  expect(result.code).toBe(3);
  expect(first).toMatchObject({ output: null, error: { kind: 'tool' }, scores: [] });
  expect(first?.error?.message).toContain(why);
  expect(first?.error?.steps).toHaveLength(1);
});

it('maxSteps ends a loop with a finish of its own, which a metric sees', async () => {
  const model = calling(...Array.from({ length: 20 }, () => look(7)));
  const suite = { metrics: [{ metric: 'finish' }] };
  const { result, first, served } = await holdWith('again', model, { suite, prompt: { maxSteps: 3 } });
  expect([result.code, served.server.stats().calls]).toEqual([3, 3]); // one sample proves nothing
  expect([first?.error, first?.output?.finishReason]).toEqual([null, 'max-steps']);
  expect(first?.scores[0]).toMatchObject({ value: 0, reason: 'finished with max-steps instead of stop' });
});

it('ten steps are the most unless the prompt says otherwise', async () => {
  const model = calling(...Array.from({ length: 20 }, () => look(7)));
  const { first, served } = await holdWith('again', model);
  expect([first?.output?.finishReason, served.server.stats().calls]).toEqual(['max-steps', 10]);
});

it('without `respond` a call is the answer, as ever', async () => {
  const { first, served } = await holdWith(undefined, calling(look(7)), {
    suite: { metrics: [{ metric: 'finish', reason: 'tool-calls' }] },
  });
  expect([first?.output?.conversation, first?.output?.toolCalls, served.server.stats().calls]).toEqual([
    undefined,
    [{ name: 'get_order', arguments: { id: 7 } }],
    1,
  ]);
});

it('what answers is part of the prompt: its digest changes with it, the code of modules too', async () => {
  const digestWith = async (respond: unknown, code = '') =>
    (await holdWith(respond, calling(), { files: { 'prompts/t.mjs': `export default () => 1; ${code}` } })).first
      ?.promptDigest;
  const digests = await Promise.all([
    digestWith(undefined),
    digestWith('a'),
    digestWith('b'),
    digestWith('./t.mjs'),
    digestWith('./t.mjs', '// changed'),
  ]);
  expect(new Set(digests).size).toBe(5);
});

it.each([
  ['a module that is not there', './no.mjs', /prompt\.yaml:\d+:\d+ .*no\.mjs/],
  ['a module outside of the project', '../../no.mjs', /leads out of the project/],
  ['a form with a typo', { exec: ['ls'], timeot: '1s' }, /timeot/],
  ['a condition that is none', [{ when: 7, answer: 'x' }], /`when` must be a mapping/],
])('%s is told before anything is sent', async (_, respond, told) => {
  const served = await makeServedProject({}, { cases: ['hello'], prompt: { tools: [{ name: 'get_order', respond }] } });
  const { code, stderr } = await served.llmci(['eval']);
  expect([code, served.server.stats().calls]).toEqual([2, 0]);
  expect(stderr).toMatch(told);
});

it('a module without a function is told before anything is sent', async () => {
  const served = await makeServedProject(
    {},
    {
      cases: ['hello'],
      prompt: { tools: [{ name: 'get_order', respond: './t.mjs' }] },
      files: { 'prompts/t.mjs': 'export const respond = 1;' },
    },
  );
  const { code, stderr } = await served.llmci(['eval']);
  expect([code, served.server.stats().calls]).toEqual([2, 0]);
  expect(stderr).toContain('prompts/t.mjs: has no function as its default export');
});
