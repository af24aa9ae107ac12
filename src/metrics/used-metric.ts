import type { MetricEntry } from '../model/metric-entry.js';
import type { AnyMetric } from './contract.js';

/** A metric as somebody uses it: what it is, and the entry that says how. */
export interface UsedMetric {
  readonly definition: AnyMetric;
  readonly entry: MetricEntry;
}

/** The metrics that entries use; entries of a type that is not known are left out. */
export function metricsUsed(
  entries: readonly MetricEntry[],
  metrics: ReadonlyMap<string, AnyMetric>,
): readonly UsedMetric[] {
  return entries.flatMap((entry) => {
    const definition = metrics.get(entry.type);
    return definition === undefined ? [] : [{ definition, entry }];
  });
}
