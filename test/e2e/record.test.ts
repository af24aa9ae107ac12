import { expect, it } from 'vitest';
import { makeServedProject, questions } from '../helpers/served-project.js';

// What gets into a cassette: what the model says in this run, of every run that records.

const cassette = '../fixtures/reply.jsonl';

it('--record takes no answer from the cache, where it lay about unseen', async () => {
  const served = await makeServedProject({}, { cases: 6, suite: { cassette } });
  expect((await served.llmci(['eval'])).code).toBe(0);
  expect(served.server.stats().calls).toBe(6);
  const { record } = await served.record(['eval', '--record']);
  expect([served.server.stats().calls, record.usage.calls]).toEqual([12, { live: 6, cache: 0, replay: 0 }]);
  expect((await served.record(['eval', '--replay'])).record.usage.calls.replay).toBe(6);
});

it('two that record at once lose no answer that was paid for', async () => {
  const served = await makeServedProject(
    { delayMs: 30 },
    {
      suite: {
        cassette,
        dataset: undefined,
        cases: questions(20).map((ticket, index) => ({
          id: `c${index}`,
          vars: { ticket },
          tags: [index % 2 ? 'odd' : 'even'],
        })),
      },
    },
  );
  const [odd, even] = await Promise.all([
    served.record(['eval', '--record', '--tag', 'odd']),
    served.record(['eval', '--record', '--tag', 'even']),
  ]);
  expect([odd.record.samples.finished, even.record.samples.finished]).toEqual([10, 10]);
  const { result, record } = await served.record(['eval', '--replay']);
  expect([result.code, record.samples]).toEqual([0, { planned: 20, finished: 20, errors: 0 }]);
});
