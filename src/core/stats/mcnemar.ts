import { binomialAtLeast, binomialProbability } from './binomial.js';
import { requireCount } from './checks.js';
import { normalCdf } from './normal.js';

/** A chi-squared statistic with one degree of freedom and its p value. */
type ChiSquared = { readonly statistic: number; readonly p: number };

/** p values are two-sided but for those named Greater, which test that the first passes more often than the second. */
export type McNemarTest = {
  readonly exact: number;
  readonly exactGreater: number;
  readonly midP: number;
  readonly midPGreater: number;
  readonly chiSquared: ChiSquared;
  readonly chiSquaredCorrected: ChiSquared;
};

/**
 * McNemar's test of two paired pass rates, from the pairs in which only one of the two passes (McNemar 1947): exact by
 * the binomial distribution; mid-p, less conservative, which is exact - P(the observed split) (Fagerland, Lydersen and Laake 2013); and chi-squared without and
 * with Edwards' continuity correction. Swap the arguments for the other one-sided test. No such pair: every p is 1 and
 * every statistic 0. Throws a RangeError for counts that are no integers of at least 0.
 */
export function mcnemar(onlyFirst: number, onlySecond: number): McNemarTest {
  requireCount(onlyFirst, 'onlyFirst');
  requireCount(onlySecond, 'onlySecond');
  const n = onlyFirst + onlySecond;
  const larger = Math.max(onlyFirst, onlySecond);
  const exact = Math.min(1, 2 * binomialAtLeast(larger, n, 0.5));
  if (n === 0) {
    const none = { statistic: 0, p: 1 };
    return { exact: 1, exactGreater: 1, midP: 1, midPGreater: 1, chiSquared: none, chiSquaredCorrected: none };
  }
  const gap = Math.abs(onlyFirst - onlySecond);
  return {
    exact,
    exactGreater: binomialAtLeast(onlyFirst, n, 0.5),
    midP: exact - binomialProbability(larger, n, 0.5),
    midPGreater: binomialAtLeast(onlyFirst, n, 0.5) - binomialProbability(onlyFirst, n, 0.5) / 2,
    chiSquared: chiSquared(gap, n),
    chiSquaredCorrected: chiSquared(gap - 1, n),
  };
}

function chiSquared(gap: number, n: number): ChiSquared {
  // a chi-squared with one degree of freedom is the square of a standard normal
  return { statistic: gap ** 2 / n, p: 2 * normalCdf(-Math.abs(gap) / Math.sqrt(n)) };
}
