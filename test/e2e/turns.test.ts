import { expect, it } from 'vitest';
import type { Respond } from '../helpers/model-server/behaviour.js';
import { makeServedProject } from '../helpers/served-project.js';

// Cases of several turns: the user's lines one after the other, the model's own answers between.

const PRICES = { 'fake/model-1': { input: 1000, output: 1000 } };

/** Answers with what it was sent, role by role, so that an answer shows the whole request. */
const recite: Respond = ({ body }) => {
  const messages = body['messages'] as { role: string; content: string }[];
  const text = messages.map(({ role, content }) => `${role[0]}${content.length > 20 ? '…' : `:${content}`}`).join(' ');
  return { kind: 'text', text: `ok ${text}`, usage: { inputTokens: 10 * messages.length, outputTokens: 5 } };
};

const suite = {
  cassette: '../fixtures/reply.jsonl',
  cases: [
    { id: 'plain', vars: { ticket: 'hello' } },
    {
      id: 'long',
      vars: { ticket: 'hello', name: 'Ann' },
      turns: [{ user: 'I am {{ name }}' }, { user: 'bye' }],
      expected: 'ok',
    },
  ],
};

it('asks turn by turn with the answers between, and replays each step from the cassette', async () => {
  const served = await makeServedProject({ respond: recite }, { suite, config: { prices: PRICES } });
  const { result, record } = await served.record(['eval', '--record']);
  expect([result.code, result.stderr]).toEqual([0, expect.any(String)]);
  expect(served.server.stats().calls).toBe(3); // the first request of both cases is one
  const long = record.results.find(({ case: id }) => id === 'long')?.output;
  expect(long?.conversation?.map(({ role, content }) => [role, content])).toEqual([
    ['assistant', 'ok u:hello'],
    ['user', 'I am Ann'],
    ['assistant', 'ok u:hello a:ok u:hello u:I am Ann'],
    ['user', 'bye'],
    ['assistant', 'ok u:hello a:ok u:hello u:I am Ann a… u:bye'],
  ]);
  expect(long?.text).toBe('ok u:hello a:ok u:hello u:I am Ann a… u:bye');
  expect(long?.usage).toMatchObject({ inputTokens: 10 + 30 + 50, outputTokens: 15 });
  expect(long?.usd).toBeCloseTo((90 + 15) / 1000, 9);
  expect(long?.latencyMs).toBeGreaterThanOrEqual(0);
  expect(record.usage).toMatchObject({ inputTokens: 90, outputTokens: 15, calls: { live: 3, cache: 1, replay: 0 } });

  const cassette = (await served.project.read('fixtures/reply.jsonl')).trim().split('\n').slice(1);
  const steps = cassette.map((line) => (JSON.parse(line) as { step?: number }).step);
  // The first request is that of the other case too
  expect(steps).toEqual([2, 3, undefined]);

  const replayed = await served.record(['eval', '--replay']);
  expect([replayed.result.code, served.server.stats().calls]).toEqual([0, 3]);
  expect(replayed.record.usage.calls).toEqual({ live: 0, cache: 0, replay: 4 });
  const again = replayed.record.results.find(({ case: id }) => id === 'long')?.output;
  expect({ ...again, source: 'live' }).toMatchObject({ text: long?.text, usage: long?.usage, usd: long?.usd });
  expect(again?.conversation).toEqual(long?.conversation);
});

it('a prompt that has asked nothing begins with the first turn', async () => {
  const served = await makeServedProject(
    { respond: recite },
    {
      prompt: { messages: [{ role: 'system', content: 'Be kind.' }] },
      suite: { cases: [{ id: 'one', turns: [{ user: 'hello' }, { user: 'bye' }] }] },
    },
  );
  const { record } = await served.record(['eval']);
  expect(served.server.stats().calls).toBe(2);
  expect(record.results[0]?.output?.text).toBe('ok s:Be kind. u:hello a… u:bye');
});

it('a fault in the middle is the error of the sample, and what was paid before is counted', async () => {
  const respond: Respond = (call) => (call.lastUserText === 'bye' ? { kind: 'status', status: 400 } : recite(call));
  const served = await makeServedProject({ respond }, { suite, config: { prices: PRICES } });
  const { result, record } = await served.record(['eval', '--no-cache']);
  expect(result.code).toBe(3);
  const long = record.results.find(({ case: id }) => id === 'long');
  expect([long?.output, long?.error?.kind, long?.scores]).toEqual([null, 'invalid-request', []]);
  expect(long?.error?.steps?.map(({ usage }) => usage.inputTokens)).toEqual([10, 30]);
  expect(record.usage).toMatchObject({ inputTokens: 40, calls: { live: 2, cache: 1 } });
});

it('a later answer from another conversation is no answer here: the key of a step is all that was said', async () => {
  const other = { id: 'other', vars: { ticket: 'hello' }, turns: [{ user: 'I am Bob' }, { user: 'bye' }] };
  const served = await makeServedProject({ respond: recite }, { suite: { cases: [...suite.cases, other] } });
  await served.record(['eval']);
  expect(served.server.stats().calls).toBe(5);
});

it('turns are checked before anything is sent, each at its place', async () => {
  const served = await makeServedProject(
    {},
    {
      suite: {
        cases: [
          { id: 'bad', vars: { ticket: 'x' }, turns: [{ user: 'I am {{ nmae }}' }, { user: ' ' }, { user: '{{ x' }] },
        ],
      },
    },
  );
  const { code, stderr } = await served.llmci(['eval']);
  expect(code).toBe(2);
  expect(stderr).toMatch(/reply\.eval\.yaml:\d+:\d+ .*case bad: variable nmae is not defined/);
  expect(stderr).toContain('case bad: the turn is blank');
  expect(stderr).toMatch(/not closed/);
  expect(served.server.stats().calls).toBe(0);
});

it('variables that only turns use are used', async () => {
  const served = await makeServedProject({ respond: recite }, { suite });
  const { stdout, stderr } = await served.llmci(['validate']);
  expect(stdout + stderr).not.toContain('unused');
  expect(stdout + stderr).not.toContain('uses variable');
});

it('a column of a dataset holds what the user says; braces in it are no template', async () => {
  const rows = [
    { question_id: 81, prompt: ['Write {{ x }}.', 'Now {% shorter %}.'] },
    { question_id: 82, prompt: ['Who?', 'Why?'] },
  ];
  const served = await makeServedProject(
    {},
    {
      prompt: { messages: [{ role: 'system', content: 'Be kind.' }] },
      suite: {
        cases: undefined,
        metrics: [{ metric: 'length', min: 1 }],
        dataset: { path: '../fixtures/bench.jsonl', id: 'question_id', turns: 'prompt' },
      },
      files: { 'fixtures/bench.jsonl': rows },
    },
  );
  const { result, record } = await served.record(['eval']);
  expect(result.code).not.toBe(2);
  const said = record.results.map(({ output }) => output?.conversation?.map(({ content }) => content));
  expect(said).toEqual(rows.map(({ prompt: [first, second] }) => [first, first, second, second]));
  await served.project.write('fixtures/bench.jsonl', [{ question_id: 81, prompt: 'one text' }]);
  const { code, stderr } = await served.llmci(['eval']);
  expect([code, stderr]).toEqual([2, expect.stringContaining('row 1: column prompt is no list of texts')]);
});

it('what a longer conversation left in the cassette goes when it is recorded anew', async () => {
  const served = await makeServedProject({ respond: recite }, { suite, config: { prices: PRICES } });
  const stepsIn = async () =>
    (await served.project.read('fixtures/reply.jsonl'))
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => (JSON.parse(line) as { step?: number }).step ?? 1);
  await served.record(['eval', '--record']);
  expect((await stepsIn()).sort()).toEqual([1, 2, 3]);
  const [plain, long] = suite.cases;
  const rewrite = (turns: readonly object[]) =>
    served.project.write(
      'evals/reply.eval.yaml',
      JSON.stringify({
        ...{ prompt: 'reply', cassette: suite.cassette, metrics: [{ metric: 'contains', value: 'ok' }] },
        cases: [plain, { ...long, ...(turns.length > 0 ? { turns } : { turns: undefined }) }],
      }),
    );
  await rewrite([{ user: 'bye' }]);
  expect((await served.record(['eval', '--record'])).result.code).toBe(0);
  expect((await stepsIn()).sort()).toEqual([1, 2]);
  await rewrite([]);
  await served.record(['eval', '--record']);
  expect(await stepsIn()).toEqual([1]);
  expect((await served.record(['eval', '--replay'])).result.code).toBe(0);
});
