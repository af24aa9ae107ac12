import { binomialAtLeast } from './binomial.js';
import { requireCount } from './checks.js';

/**
 * The two-sided p value of McNemar's exact test of two paired pass rates, from the pairs in which only one of the two
 * passes (McNemar 1947, by the binomial distribution). 1 without such a pair. Throws a RangeError for counts that are no
 * integers of at least 0.
 */
export function mcnemar(onlyFirst: number, onlySecond: number): number {
  requireCount(onlyFirst, 'onlyFirst');
  requireCount(onlySecond, 'onlySecond');
  const n = onlyFirst + onlySecond;
  return n === 0 ? 1 : Math.min(1, 2 * binomialAtLeast(Math.max(onlyFirst, onlySecond), n, 0.5));
}
