import { expect, it } from 'vitest';
import { batchArgs, liveCalls, readRecord, startBatchProject } from '../helpers/batch-project.js';
import { runCli } from '../helpers/cli.js';
import type { Respond } from '../helpers/model-server/behaviour.js';

// Conversations in batches: each batch takes one step of every conversation that is open.

const ORDER = { name: 'get_order', parameters: { type: 'object' }, respond: 'shipped' };

const say: Respond = ({ body, lastUserText: text }) => {
  const messages = body['messages'] as { role: string }[];
  return text === 'look' && messages.at(-1)?.role === 'user'
    ? { kind: 'text', text: '', toolCalls: [{ name: 'get_order', arguments: {} }] }
    : { kind: 'text', text };
};

const suite = {
  cases: [
    { id: 'plain', vars: { text: 'one' }, expected: 'one' },
    { id: 'talk', vars: { text: 'two' }, turns: [{ user: 'look' }, { user: 'bye' }], expected: 'bye' },
    { id: 'short', vars: { text: 'three' }, turns: [{ user: 'end' }], expected: 'end' },
  ],
};

it('each round asks the next step of all that are open; nothing is asked live', async () => {
  const { server, project } = await startBatchProject('openai', { respond: say, suite, prompt: { tools: [ORDER] } });
  const { code, stderr } = await runCli(...batchArgs(project, ['--no-cache']));
  expect([code, stderr.includes('bug')]).toEqual([0, false]);
  expect([liveCalls(server).length, server.batches.map(({ ids }) => ids.length)]).toEqual([0, [3, 2, 1, 1]]);
  const record = await readRecord(project);
  const talk = record.results.find(({ case: id }) => id === 'talk')?.output;
  expect(talk?.conversation?.map(({ role, content }) => [role, content])).toEqual([
    ['assistant', 'two'],
    ['user', 'look'],
    ['assistant', ''],
    ['tool', 'shipped'],
    ['assistant', 'look'],
    ['user', 'bye'],
    ['assistant', 'bye'],
  ]);
  expect([talk?.steps?.length, talk?.latencyMs, record.usage.calls.live]).toEqual([4, null, 7]);
});

it('a step that fails is the error of its sample, and the others go on', async () => {
  const respond: Respond = (call) => (call.lastUserText === 'end' ? { kind: 'status', status: 400 } : say(call));
  const { project } = await startBatchProject('openai', { respond, suite, prompt: { tools: [ORDER] } });
  expect((await runCli(...batchArgs(project, ['--no-cache']))).code).toBe(3);
  const { results } = await readRecord(project);
  expect(results.map(({ case: id, error }) => [id, error?.steps?.length ?? null])).toEqual([
    ['plain', null],
    ['talk', null],
    ['short', 1],
  ]);
});

it('a simulated user speaks live between the batches', async () => {
  const respond: Respond = (call) => {
    const [, said] = call.body['messages'] as { content: string }[];
    if (call.body['model'] !== 'user-1') return say(call);
    const done = (said?.content.match(/\[assistant\]/g)?.length ?? 0) > 1;
    return { kind: 'text', text: JSON.stringify({ done, message: done ? '' : 'more' }) };
  };
  const simulate = { persona: 'A person.', goal: 'To talk.', model: 'svc/user-1' };
  const cases = ['one', 'two'].map((text) => ({ id: text, vars: { text }, expected: 'more', simulate }));
  const { server, project } = await startBatchProject('openai', { respond, suite: { cases } });
  const { code, stderr } = await runCli(...batchArgs(project, ['--no-cache']));
  expect([code, stderr.includes('bug')]).toEqual([0, false]);
  expect([liveCalls(server).length, server.batches.map(({ ids }) => ids.length)]).toEqual([4, [2, 2]]);
  const record = await readRecord(project);
  expect(record.results.map(({ output }) => output?.conversation?.map(({ content }) => content))).toEqual([
    ['one', 'more', 'more'],
    ['two', 'more', 'more'],
  ]);
});
