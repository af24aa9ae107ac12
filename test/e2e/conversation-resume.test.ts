import { expect, it } from 'vitest';
import type { RunRecord } from '../../src/model/run-record.js';
import { makeServedProject } from '../helpers/served-project.js';

// Conversations keep the promises of any sample: budgets, going on, parts of a plan.

const suite = {
  cases: Array.from({ length: 3 }, (_, index) => ({
    id: `c${index + 1}`,
    vars: { ticket: `ok ${index + 1}` },
    turns: [{ user: `ok ${index + 1} two` }, { user: `ok ${index + 1} three` }],
  })),
};
const provider = { concurrency: 1 };
const said = ({ results }: RunRecord) =>
  results.map(({ case: id, output }) => [id, output?.conversation?.map(({ content }) => content)]);

it('each step is within the budget before it is called; with more of it the conversation goes on', async () => {
  const served = await makeServedProject({}, { suite, provider, config: { budget: { calls: 5 } } });
  const { result, record } = await served.record(['eval', '--no-cache']);
  expect([result.code, served.server.stats().calls]).toEqual([3, 5]);
  expect([record.samples.finished, record.usage.calls.live]).toEqual([1, 5]);
  await served.project.write('llmci.yaml', (await served.project.read('llmci.yaml')).replace(/calls: 5/, 'calls: 9'));
  const resumed = await served.record(['eval', '--resume', record.runId]);
  expect([resumed.result.code, served.server.stats().calls]).toEqual([0, 9]);
  expect(resumed.record.usage.calls).toEqual({ live: 9, cache: 0, replay: 0 });
});

it('what was paid before counts against the budget of a run that goes on', async () => {
  const served = await makeServedProject({}, { suite, provider, config: { budget: { calls: 5 } } });
  const { record } = await served.record(['eval', '--no-cache']);
  const resumed = await served.record(['eval', '--resume', record.runId]);
  expect([resumed.result.code, served.server.stats().calls]).toEqual([3, 5]);
});

it('a conversation that failed goes on from the step that failed', async () => {
  let broken = true;
  const served = await makeServedProject(
    {
      respond: ({ lastUserText: text }) =>
        broken && text.endsWith('three') ? { kind: 'status', status: 400 } : { kind: 'text', text },
    },
    { suite, provider },
  );
  const { result, record } = await served.record(['eval', '--no-cache']);
  expect([result.code, record.samples.errors, served.server.stats().calls]).toEqual([3, 3, 9]);
  broken = false;
  const resumed = await served.record(['eval', '--resume', record.runId]);
  expect([resumed.result.code, served.server.stats().calls]).toEqual([0, 12]);
  expect(resumed.record.usage.calls.live).toBe(9);
});

it('parts of a plan that are merged say what the whole says', async () => {
  const served = await makeServedProject({}, { suite });
  const whole = await served.record(['eval', '--no-cache']);
  for (const part of ['1/2', '2/2']) await served.llmci(['eval', '--no-cache', '--shard', part]);
  const files = ['1-of-2', '2-of-2'].map((part) => `.llmci/shards/${part}.jsonl`);
  const merged = await served.record(['merge', ...files]);
  expect(merged.result.code).toBe(0);
  expect(said(merged.record)).toEqual(said(whole.record));
  expect(merged.record.usage).toMatchObject({ calls: whole.record.usage.calls });
});

it('the cache answers step by step: a change of the last turn asks that turn alone', async () => {
  const served = await makeServedProject({}, { suite });
  await served.record(['eval']);
  await served.project.write(
    'evals/reply.eval.yaml',
    (await served.project.read('evals/reply.eval.yaml')).replace('ok 1 three', 'ok 1 four'),
  );
  const { record } = await served.record(['eval']);
  expect([served.server.stats().calls, record.usage.calls]).toEqual([10, { live: 1, cache: 8, replay: 0 }]);
});

it('a deadline in the middle asks no further step; going on asks what is left, and nothing twice', async () => {
  const served = await makeServedProject({ delayMs: 60 }, { suite, provider });
  const { result, record } = await served.record(['eval', '--no-cache', '--max-time', '90ms']);
  const before = served.server.stats().calls;
  expect(result.code).toBe(3);
  expect(before).toBeLessThan(9);
  const kept = (await served.runFile('results.jsonl')).match(/^\{"step":/gm)?.length ?? 0;
  // The call that was in flight is given up, as any other
  expect(before - kept).toBeLessThanOrEqual(provider.concurrency);
  const resumed = await served.record(['eval', '--resume', record.runId, '--max-time', '1m']);
  expect([resumed.result.code, served.server.stats().calls - before]).toEqual([0, 9 - kept]);
  expect(resumed.record.usage.calls.live).toBe(9);
});
