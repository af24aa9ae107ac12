import { requireFinite, requireLevel, requireNumber, requireSameLength } from './checks.js';
import { type ClusterName, clusteredStandardError } from './clusters.js';
import type { Interval } from './interval.js';
import { mean, standardError, tIntervalAround } from './mean.js';
import { studentCdf, studentQuantile } from './student-t.js';

/** The difference a - b of paired scores and its t test against 0. `t` is ±Infinity when all differences are equal. */
export type PairedDifference = {
  readonly n: number;
  readonly difference: number;
  readonly standardError: number;
  readonly degrees: number;
  readonly t: number;
  readonly pTwoSided: number;
  readonly pGreater: number;
  readonly pLess: number;
};

/**
 * The mean of a - b over pairs (same case, same trial), with Student's paired t test. With `clusters` (one name a pair)
 * the standard error is cluster-robust with G - 1 degrees of freedom, for several trials a case. Null below two pairs, or
 * two clusters. No difference anywhere: t = 0 and p = 1 (one-sided 0.5). Source: Student 1908; clusters as in
 * `clusteredStandardError`.
 */
export function pairedDifference(
  a: readonly number[],
  b: readonly number[],
  clusters?: readonly ClusterName[],
): PairedDifference | null {
  const differences = subtract(a, b);
  const difference = mean(differences);
  const error = clusters === undefined ? standardError(differences) : clusteredStandardError(differences, clusters);
  if (difference === null || error === null) return null;
  const degrees = (clusters === undefined ? differences.length : new Set(clusters).size) - 1;
  const t = tStatistic(difference, error);
  return {
    n: differences.length,
    difference,
    standardError: error,
    degrees,
    t,
    pTwoSided: 2 * studentCdf(-Math.abs(t), degrees),
    pGreater: studentCdf(-t, degrees),
    pLess: studentCdf(t, degrees),
  };
}

/** The t interval for the mean of a - b at two-sided `confidence`; null where `pairedDifference` is null. */
export function pairedInterval(
  a: readonly number[],
  b: readonly number[],
  confidence: number,
  clusters?: readonly ClusterName[],
): Interval | null {
  requireLevel(confidence, 'confidence');
  const paired = pairedDifference(a, b, clusters);
  if (paired === null) return null;
  const method = clusters === undefined ? 'paired t' : 'cluster-robust paired t';
  return tIntervalAround(paired.difference, paired.standardError, paired.degrees, confidence, method);
}

/** `p` tests that a is worse than b by `margin` or more; `low` is the one-sided lower bound of a - b. */
export type NonInferiority = { readonly t: number; readonly p: number; readonly low: number };

/**
 * Is a not worse than b by more than `margin` >= 0, where higher is better? A small p, or equally a lower bound above
 * -margin, proves it at the one-sided `confidence` (one half of Schuirmann's two one-sided tests, 1987). Null where
 * `pairedDifference` is null.
 */
export function testNonInferiority(
  a: readonly number[],
  b: readonly number[],
  margin: number,
  confidence: number,
  clusters?: readonly ClusterName[],
): NonInferiority | null {
  requireNumber(margin, 'margin');
  if (margin < 0) throw new RangeError(`margin must be at least 0, got ${margin}`);
  requireLevel(confidence, 'confidence');
  const paired = pairedDifference(a, b, clusters);
  if (paired === null) return null;
  const t = tStatistic(paired.difference + margin, paired.standardError);
  const reach = paired.standardError === 0 ? 0 : studentQuantile(confidence, paired.degrees) * paired.standardError;
  return { t, p: studentCdf(-t, paired.degrees), low: paired.difference - reach };
}

/** a[i] - b[i]. Throws a RangeError for unequal lengths or a value that is not finite. */
function subtract(a: readonly number[], b: readonly number[]): number[] {
  requireSameLength(a, b, 'a and b');
  requireFinite(a, 'a');
  requireFinite(b, 'b');
  return a.map((value, index) => value - (b[index] ?? Number.NaN));
}

function tStatistic(distance: number, error: number): number {
  return distance === 0 ? 0 : distance / error;
}
