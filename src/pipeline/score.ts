import { entriesFor } from '../core/score-table.js';
import type { AnyMetric } from '../metrics/define.js';
import type { Case } from '../model/case.js';
import type { MetricEntry, PassMark } from '../model/metric-entry.js';
import type { Output } from '../model/output.js';
import type { Score } from '../model/run-record.js';
import type { Suite } from '../model/suite.js';

/** Scores one output with every metric that covers its case. A metric that throws gives no value, and says why. */
export async function scoreSample(
  suite: Suite,
  testCase: Case,
  output: Output,
  metrics: ReadonlyMap<string, AnyMetric>,
): Promise<Score[]> {
  const scores: Score[] = [];
  for (const entry of entriesFor(suite, testCase)) {
    const definition = metrics.get(entry.type);
    if (!definition) throw new Error(`no metric ${entry.type} is registered`);
    scores.push(await scoreWith(definition, entry, testCase, output));
  }
  return scores;
}

async function scoreWith(definition: AnyMetric, entry: MetricEntry, testCase: Case, output: Output): Promise<Score> {
  const { id } = entry;
  const metric = definition.type;
  try {
    // The entry's parameters were checked by this metric's own schema
    const input = { params: entry.params as never, case: testCase, output };
    const { value: measured, reason, detail } = await definition.score(input);
    const usable = measured !== null && Number.isFinite(measured);
    const met = usable && entry.mark ? meetsMark(measured, entry.mark) : null;
    return {
      id,
      metric,
      value: usable ? (entry.not && entry.unit === 'fraction' ? 1 - measured : measured) : null,
      passed: met === null ? null : met !== entry.not,
      ...(usable ? {} : markOf(entry)),
      reason: entry.not ? `not: ${reason}` : reason,
      ...(detail ? { detail: { ...detail } } : {}),
    };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { id, metric, value: null, passed: null, ...markOf(entry), reason: `the metric failed: ${why}` };
  }
}

/** Of a score without a value: whether `pass` lacks it. */
function markOf({ mark }: MetricEntry): Pick<Score, 'marked'> {
  return mark === null ? {} : { marked: true };
}

function meetsMark(value: number, mark: PassMark): boolean {
  return (mark.min === undefined || value >= mark.min - 1e-9) && (mark.max === undefined || value <= mark.max + 1e-9);
}
