import { meetsMark } from '../core/pass-mark.js';
import { entriesFor } from '../core/score-table.js';
import type { AnyMetric, ScoreInput } from '../metrics/define.js';
import type { MetricEntry } from '../model/metric-entry.js';
import type { Score } from '../model/run-record.js';
import type { Suite } from '../model/suite.js';

/** A sample that got an output, with all that a metric may look at. */
export type Scorable = Omit<ScoreInput<never>, 'params' | 'case'> & { readonly case: Suite['cases'][number] };

/** Scores one output with every metric that covers its case. A metric that throws gives no value, and says why. */
export async function scoreSample(
  suite: Suite,
  scorable: Scorable,
  metrics: ReadonlyMap<string, AnyMetric>,
): Promise<Score[]> {
  return Promise.all(
    entriesFor(suite, scorable.case).map((entry) => {
      const definition = metrics.get(entry.type);
      if (!definition) throw new Error(`no metric ${entry.type} is registered`);
      return scoreWith(definition, entry, scorable);
    }),
  );
}

async function scoreWith(definition: AnyMetric, entry: MetricEntry, scorable: Scorable): Promise<Score> {
  const { id } = entry;
  const metric = definition.type;
  try {
    // The entry's parameters were checked by this metric's own schema
    const input = { ...scorable, params: entry.params as never };
    const { value: measured, reason, detail, statistics } = await definition.score(input);
    if (definition.corpus && measured !== null && !statistics?.every(Number.isFinite))
      throw new Error('it gave no statistics, which its value of a corpus is made of');
    const usable = measured !== null && Number.isFinite(measured);
    const value = usable ? (entry.not && entry.unit === 'fraction' ? 1 - measured : measured) : null;
    return {
      id,
      metric,
      value,
      passed: value === null ? null : meetsMark(entry, value),
      reason: entry.not ? `not: ${reason}` : reason,
      ...(detail ? { detail: { ...detail } } : {}),
      ...(statistics ? { statistics: [...statistics] } : {}),
    };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { id, metric, value: null, passed: null, reason: `the metric failed: ${why}` };
  }
}
