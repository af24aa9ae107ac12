import type { ArmStatus } from '../../model/gateway-status.js';
import type { CallMetrics, Series } from '../telemetry/call-metrics.js';
import { SECONDS_BUCKETS } from '../telemetry/names.js';

/** The calls of each release in each arm, of all providers and ends together. */
export function armsOf(calls: CallMetrics, perSecond: (arm: string) => number): readonly ArmStatus[] {
  const byArm = new Map<string, Readonly<Series>[]>();
  for (const series of calls.series()) {
    const key = armKey(series.labels);
    byArm.set(key, [...(byArm.get(key) ?? []), series]);
  }
  return [...byArm].map(([key, series]) => armOf(series, perSecond(key)));
}

/** Tells the calls of one release in one arm from others. */
export function armKey({ prompt, version, arm }: Series['labels']): string {
  return `${prompt}@${version} ${arm}`;
}

function armOf(series: readonly Readonly<Series>[], perSecond: number): ArmStatus {
  const [first] = series;
  if (!first) throw new Error('an arm without calls');
  const answered = series.filter(({ labels }) => labels.error === null);
  const latency = SECONDS_BUCKETS.concat(0).map((_, bucket) =>
    sum(answered, ({ duration }) => duration.counts[bucket]),
  );
  const total = sum(answered, ({ duration }) => duration.count);
  return {
    prompt: first.labels.prompt,
    release: `${first.labels.prompt}@${first.labels.version}`,
    arm: first.labels.arm,
    calls: sum(series, ({ duration }) => duration.count),
    errors: series.flatMap(({ labels, duration }) =>
      labels.error === null ? [] : [{ kind: labels.error, count: duration.count }],
    ),
    perSecond,
    meanMs: total === 0 ? null : (1000 * sum(answered, ({ duration }) => duration.sum)) / total,
    p50Ms: quantileMs(latency, 0.5),
    p95Ms: quantileMs(latency, 0.95),
    latency,
    usd: sum(answered, ({ usd }) => usd),
    unpriced: sum(answered, ({ unpriced }) => unpriced),
  };
}

/**
 * A quantile from counts in buckets, evenly spread within its bucket, as Prometheus' histogram_quantile has it; null
 * without counts, and the last bound for what is above it.
 */
export function quantileMs(counts: readonly number[], share: number): number | null {
  const total = counts.reduce((whole, count) => whole + count, 0);
  if (total === 0) return null;
  const rank = share * total;
  let below = 0;
  for (const [bucket, count] of counts.entries()) {
    const upper = SECONDS_BUCKETS[bucket];
    if (upper === undefined) break;
    if (below + count >= rank && count > 0) {
      const lower = SECONDS_BUCKETS[bucket - 1] ?? 0;
      return 1000 * (lower + ((upper - lower) * (rank - below)) / count);
    }
    below += count;
  }
  return 1000 * (SECONDS_BUCKETS.at(-1) ?? 0);
}

function sum<Item>(items: readonly Item[], value: (item: Item) => number | undefined): number {
  return items.reduce((whole, item) => whole + (value(item) ?? 0), 0);
}
