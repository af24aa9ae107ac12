import { requireFinite, requireLevel } from './checks.js';
import type { Interval } from './interval.js';
import { studentQuantile } from './student-t.js';

/** The sum, with the rounding errors carried along (Neumaier 1974), so that the order of the rows hardly matters. */
export function sum(values: readonly number[]): number {
  let total = 0;
  let lost = 0;
  for (const value of values) {
    const next = total + value;
    lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
    total = next;
  }
  return total + lost;
}

/**
 * The arithmetic mean; null for no values. It never leaves [min, max], so that equal values have exactly their value as
 * mean and a variance of exactly 0. Throws a RangeError for a value that is not finite.
 */
export function mean(values: readonly number[]): number | null {
  requireFinite(values, 'values');
  if (values.length === 0) return null;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return Math.min(high, Math.max(low, sum(values) / values.length));
}

/** The unbiased variance (divisor n - 1); null below two values, exactly 0 when all are equal. */
export function variance(values: readonly number[]): number | null {
  const centre = mean(values);
  if (centre === null || values.length < 2) return null;
  return sumOfSquares(values, centre) / (values.length - 1);
}

/** The sum of the squared distances from `centre`. */
export function sumOfSquares(values: readonly number[], centre: number): number {
  return sum(values.map((value) => (value - centre) ** 2));
}

/** The standard error of the mean of independent values, s/√n; null below two values. */
export function standardError(values: readonly number[]): number | null {
  const spread = variance(values);
  return spread === null ? null : Math.sqrt(spread / values.length);
}

/**
 * Student's t interval for the mean of independent values, at two-sided `confidence` with n - 1 degrees of freedom
 * (Student 1908). Null below two values, where no interval exists. When all values are equal its width is 0: the data
 * show no spread, which is not the same as certainty, so judge yes/no scores with `wilson` instead.
 */
export function tInterval(values: readonly number[], confidence: number): Interval | null {
  requireLevel(confidence, 'confidence');
  const centre = mean(values);
  const error = standardError(values);
  if (centre === null || error === null) return null;
  return tIntervalAround(centre, error, values.length - 1, confidence, 't');
}

/** centre ± t·error with `degrees` of freedom, at two-sided `confidence`; `method` is what the interval is named. */
export function tIntervalAround(
  centre: number,
  error: number,
  degrees: number,
  confidence: number,
  method: string,
): Interval {
  const reach = error === 0 ? 0 : studentQuantile((1 + confidence) / 2, degrees) * error;
  return { low: centre - reach, high: centre + reach, confidence, method };
}
