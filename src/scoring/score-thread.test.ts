import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { scoreOf } from '../../test/helpers/score.js';
import { costsSomething, needsOf } from '../metrics/access.js';
import { builtInMetrics } from '../metrics/index.js';
import { ScoreThread } from './score-thread.js';

const thread = new ScoreThread();
afterAll(() => thread.close());

/** What may score live calls in the thread, with the examples of its docs. */
const computing = builtInMetrics
  .filter(({ runsPrograms }) => !runsPrograms)
  .flatMap((metric) =>
    metric.examples.flatMap((example) => {
      const params = z.object(metric.params).parse(example.params);
      const entry = { params };
      const isLive = needsOf(metric, entry).length === 0 && !costsSomething(metric, entry);
      return isLive ? [[metric.type, example.describe, metric, example] as const] : [];
    }),
  );

describe('a metric says the same in the thread as in a run', () => {
  it('which is most of them', () => {
    expect(computing.length).toBeGreaterThan(60);
  });

  it.each(computing)('%s: %s', async (_, __, metric, example) => {
    const here = await scoreOf(metric, example);
    const there = await scoreOf(thread.threaded(metric), example);
    expect(there).toEqual(here);
  });
});

it('ends at once while it is still starting, and what waits for it hears so', async () => {
  const starting = new ScoreThread();
  const [first] = computing;
  if (!first) throw new Error('there is no metric to try');
  const [, , metric, example] = first;
  const scored = scoreOf(starting.threaded(metric), example);
  const refused = expect(scored).rejects.toThrow('the run was ended');
  await starting.close();
  await refused;
});
