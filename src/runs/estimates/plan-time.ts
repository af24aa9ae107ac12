import { BURST_SHARE } from '../../calls/pace.js';
import { type ColumnBaseline, own } from '../../core/gates/pairing.js';
import { knownValues } from '../../core/scores/baseline.js';
import type { Plan } from '../../core/scores/plan.js';
import { mean } from '../../core/stats/mean.js';
import type { Suite } from '../../model/suite.js';
import type { ProviderEntry } from '../../providers/contract/entry.js';
import type { ColumnEstimate } from './column-estimate.js';

/** How long the live calls take, in milliseconds. The judge's are not in it. */
export interface TimeEstimate {
  /** At the configured concurrency and rates; null when no baseline tells how long a call takes. */
  readonly ms: number | null;
  /** What the configured rates alone demand. */
  readonly leastMs: number;
}

/** The time of a plan's live calls. Providers work side by side; the columns of one share its limits. */
export function estimateTime(
  plan: Plan,
  columns: readonly ColumnEstimate[],
  baselines: readonly ColumnBaseline[],
  providers: ReadonlyMap<string, ProviderEntry>,
  concurrency: number | null,
): TimeEstimate {
  const lanes = new Map<string, { samples: number; calls: number; tokens: number; busyMs: number | null }>();
  for (const [index, column] of plan.columns.entries()) {
    const estimate = columns[index];
    if (!estimate || estimate.live === 0) continue;
    const lane = lanes.get(column.model.provider) ?? { samples: 0, calls: 0, tokens: 0, busyMs: 0 };
    const latency = latencyOf(column.suite, baselines[index]);
    lanes.set(column.model.provider, {
      samples: lane.samples + estimate.live,
      calls: lane.calls + estimate.calls.most,
      tokens: lane.tokens + estimate.inputTokens + estimate.outputTokens,
      busyMs: lane.busyMs === null || latency === null ? null : lane.busyMs + latency * estimate.live,
    });
  }
  let ms: number | null = 0;
  let leastMs = 0;
  for (const [name, { samples, calls, tokens, busyMs }] of lanes) {
    const limits = providers.get(name)?.limits;
    if (!limits) throw new Error(`provider ${name} was not loaded`);
    const paced = Math.max(waitOf(calls, limits.requestsPerMinute), waitOf(tokens, limits.tokensPerMinute));
    const lanesOpen = Math.min(samples, concurrency ?? limits.concurrency);
    leastMs = Math.max(leastMs, paced);
    ms = ms === null || busyMs === null ? null : Math.max(ms, paced + busyMs / samples, busyMs / lanesOpen);
  }
  return { ms, leastMs };
}

/** How long a pace holds the last of so many units back: a burst goes at once. */
function waitOf(units: number, perMinute: number | null): number {
  if (perMinute === null) return 0;
  return (Math.max(0, units - Math.max(1, perMinute * BURST_SHARE)) / perMinute) * 60_000;
}

/** The mean latency of the baseline's calls; null when the suite does not measure it, or it has none. */
function latencyOf(suite: Suite, baseline: ColumnBaseline | undefined): number | null {
  const id = suite.metrics.find(({ type }) => type === 'latency')?.id;
  if (id === undefined || !baseline || !('column' in baseline)) return null;
  const cases = Object.values(baseline.column.cases);
  return mean(cases.flatMap(({ scores }) => knownValues(own(scores, id))));
}
