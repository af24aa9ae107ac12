import type { MetricEntry } from '../../model/metric-entry.js';
import type { Score } from '../../model/run-record.js';

/** A value for every sample whose every pass mark is met (1) or not (0). */
export const PASS = 'pass';
/** The weighted mean of a sample's fractions, turned so that higher is better. */
export const SCORE = 'score';

/**
 * Whether a sample met every pass mark that applies to it; null when a marked score is missing or there is no mark,
 * 'not-applicable' when no marked metric found anything to judge.
 */
export function passOf(
  entries: readonly MetricEntry[],
  scores: readonly Pick<Score, 'id' | 'passed' | 'notApplicable'>[],
): boolean | null | 'not-applicable' {
  const marked = entries.filter((entry) => entry.mark);
  if (marked.length === 0) return null;
  const found = marked.map((entry) => scores.find((score) => score.id === entry.id));
  const passed = found.filter((score) => !score?.notApplicable).map((score) => score?.passed ?? null);
  if (passed.length === 0) return 'not-applicable';
  return passed.includes(null) ? null : passed.every(Boolean);
}

/** Whether a metric is a part of `score`. */
export function countsInScore(entry: MetricEntry): boolean {
  return entry.unit === 'fraction' && entry.weight > 0;
}

/**
 * The weighted mean of a sample's fractions that apply; null when one is missing or none counts, 'not-applicable' when no
 * metric found anything to judge.
 */
export function scoreOf(
  entries: readonly MetricEntry[],
  scores: readonly Pick<Score, 'id' | 'value' | 'notApplicable'>[],
): number | null | 'not-applicable' {
  const counting = entries.filter(countsInScore);
  if (counting.length === 0) return null;
  // The sum of weights may be too large for a number; to divide by a power of two changes nothing else
  const unit = 2 ** Math.floor(Math.log2(Math.max(...counting.map(({ weight }) => weight))));
  let sum = 0;
  let weights = 0;
  for (const entry of counting) {
    const score = scores.find(({ id }) => id === entry.id);
    if (score?.notApplicable) continue;
    const value = score?.value ?? null;
    if (value === null) return null;
    const weight = entry.weight / unit;
    sum += weight * (entry.better === 'higher' ? value : 1 - value);
    weights += weight;
  }
  return weights > 0 ? sum / weights : 'not-applicable';
}
