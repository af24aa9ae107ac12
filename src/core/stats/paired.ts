import { requireFinite, requireSameLength } from './checks.js';
import { type ClusterName, clusteredStandardError } from './clusters.js';
import { mean, standardError } from './mean.js';
import { studentCdf } from './student-t.js';

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
  const t = difference === 0 ? 0 : difference / error;
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

/** a[i] - b[i]. Throws a RangeError for unequal lengths or a value that is not finite. */
function subtract(a: readonly number[], b: readonly number[]): number[] {
  requireSameLength(a, b, 'a and b');
  requireFinite(a, 'a');
  requireFinite(b, 'b');
  return a.map((value, index) => value - (b[index] ?? Number.NaN));
}
