import { describe, expect, it } from 'vitest';
import { BLESSED } from '../../../test/helpers/compared.js';
import { metricEntry, suiteOf } from '../../../test/helpers/suite.js';
import type { ColumnBaseline } from '../../core/gates/pairing.js';
import type { Plan, PlannedColumn } from '../../core/scores/plan.js';
import type { ProviderEntry } from '../../providers/contract/entry.js';
import { echo } from '../../providers/echo.js';
import type { ColumnEstimate } from './column-estimate.js';
import { estimateTime } from './plan-time.js';

const latency = metricEntry({ id: 'time', type: 'latency', unit: 'ms', better: 'lower', mark: null });
const suite = suiteOf(2, { metrics: [latency] });

/** A plan with a column for each of these providers. */
function planOf(...providers: readonly string[]): Plan {
  const columns = providers.map(
    (provider) => ({ suite, model: { provider, text: `${provider}/x` } }) as unknown as PlannedColumn,
  );
  return { suites: [suite], columns, size: 0 };
}

function estimateOf(live: number, tokens = 0): ColumnEstimate {
  return {
    suite: 'suite',
    prompt: 'prompt',
    model: 'x',
    cases: live,
    trials: 1,
    samples: live,
    replayed: 0,
    cached: 0,
    live,
    calls: { least: live, most: live },
    inputTokens: tokens,
    outputTokens: 0,
    usd: null,
    gates: 0,
    judgeCalls: 0,
    judgeUsd: 0,
    services: [],
  };
}

/** A baseline whose calls took this long, in milliseconds. */
function baselineOf(...times: readonly (number | null)[]): ColumnBaseline {
  const cases = { a: { digest: 'x', scores: { time: [...times] } } };
  return { column: { prompt: 'p', promptDigest: 'x', model: 'x', samples: 1, metrics: {}, cases }, of: BLESSED };
}

function providers(limits: Partial<ProviderEntry['limits']>): ReadonlyMap<string, ProviderEntry> {
  const all = { concurrency: 10, requestsPerMinute: null, tokensPerMinute: null, retries: 0, ...limits };
  const entry = (name: string): ProviderEntry => ({
    name,
    definition: echo,
    config: {},
    furtherKeys: [],
    keyMaxAgeMs: null,
    limits: all,
    app: null,
  });
  return new Map(['a', 'b'].map((name) => [name, entry(name)]));
}

const none: ColumnBaseline = { why: 'there is none' };

describe('estimateTime', () => {
  it('is latency by concurrency, and at least what the slower rate demands', () => {
    const time = (limits: Partial<ProviderEntry['limits']>, concurrency: number | null = null) =>
      estimateTime(
        planOf('a'),
        [estimateOf(100, 60_000)],
        [baselineOf(500, null, 1500)],
        providers(limits),
        concurrency,
      );
    expect(time({})).toEqual({ ms: 10_000, leastMs: 0 });
    expect(time({}, 50)).toEqual({ ms: 2_000, leastMs: 0 });
    // A tenth of a minute's allowance goes at once, the last call takes its time after that
    expect(time({ requestsPerMinute: 60 })).toEqual({ ms: 95_000, leastMs: 94_000 });
    expect(time({ tokensPerMinute: 20_000 })).toEqual({ ms: 175_000, leastMs: 174_000 });
  });

  it('has providers work side by side, and the columns of one share its limits', () => {
    const two = [estimateOf(100), estimateOf(100)];
    const past = [baselineOf(1000), baselineOf(1000)];
    expect(estimateTime(planOf('a', 'b'), two, past, providers({}), null).ms).toBe(10_000);
    expect(estimateTime(planOf('a', 'a'), two, past, providers({}), null).ms).toBe(20_000);
  });

  it('is not known without a latency, but for what rates demand', () => {
    expect(estimateTime(planOf('a'), [estimateOf(100)], [none], providers({}), null)).toEqual({ ms: null, leastMs: 0 });
    const paced = providers({ requestsPerMinute: 60 });
    expect(estimateTime(planOf('a'), [estimateOf(66)], [baselineOf(null)], paced, null)).toEqual({
      ms: null,
      leastMs: 60_000,
    });
  });

  it('is nothing when nothing is sent', () => {
    expect(estimateTime(planOf('a'), [estimateOf(0)], [none], providers({}), null)).toEqual({ ms: 0, leastMs: 0 });
  });
});
