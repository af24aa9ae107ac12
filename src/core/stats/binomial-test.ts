import { binomialAtLeast, binomialAtMost, binomialProbability } from './binomial.js';
import { requireCount, requireProbability } from './checks.js';

/** p values of the exact binomial test; Less tests that the rate is below the hypothetical one. */
export type BinomialTest = { readonly pTwoSided: number; readonly pGreater: number; readonly pLess: number };

/** Counts whose probabilities differ by less than this share count as equally likely. */
const TIE = 1e-7;

/**
 * The exact test of a pass rate against `rate` (Clopper and Pearson 1934). Two-sided: the total probability of the counts
 * at most as likely as the observed one, found by bisection in log n steps. n = 0: p = 1.
 */
export function binomialTest(successes: number, n: number, rate: number): BinomialTest {
  requireCount(n, 'n');
  requireCount(successes, 'successes');
  requireProbability(rate, 'rate');
  if (successes > n) throw new RangeError(`successes must be at most n, got ${successes} of ${n}`);
  const pLess = binomialAtMost(successes, n, rate);
  const pGreater = binomialAtLeast(successes, n, rate);
  return { pTwoSided: Math.min(1, twoSidedP(successes, n, rate, pLess, pGreater)), pGreater, pLess };
}

function twoSidedP(successes: number, n: number, rate: number, pLess: number, pGreater: number): number {
  const limit = binomialProbability(successes, n, rate) * (1 + TIE);
  const isRare = (k: number): boolean => binomialProbability(k, n, rate) <= limit;
  const expected = n * rate;
  if (successes === expected) return 1;
  if (successes < expected) {
    const first = firstTrue(Math.ceil(expected), n + 1, isRare);
    return pLess + binomialAtLeast(Math.max(first, successes + 1), n, rate);
  }
  // mirrored: counts down from the expected one
  const top = Math.floor(expected);
  const steps = firstTrue(0, top + 1, (down) => isRare(top - down));
  return pGreater + binomialAtMost(Math.min(top - steps, successes - 1), n, rate);
}

/** The first integer in [start, end) for which a condition that then stays true holds; `end` if none. */
function firstTrue(start: number, end: number, holds: (k: number) => boolean): number {
  let low = start;
  let high = end;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
