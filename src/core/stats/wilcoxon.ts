import { requireFinite } from './checks.js';
import { sum } from './mean.js';
import { normalCdf } from './normal.js';
import { midranks, tieSizes } from './ranks.js';

/** Up to this many differences the distribution of the rank sum is counted out; counts below 2^53 are exact. */
const EXACT_LIMIT = 50;

/** `statistic` is the smaller of the two rank sums; `n` counts the differences that are not 0. */
export type WilcoxonTest = {
  readonly n: number;
  readonly statistic: number;
  readonly method: 'exact' | 'normal';
  readonly pTwoSided: number;
  readonly pGreater: number;
  readonly pLess: number;
};

/**
 * Wilcoxon's signed-rank test of paired differences (Wilcoxon 1945). Zero differences are dropped, ties share their mean
 * rank. Exact, also with ties (given the ranks), for up to 50 differences; beyond that, or with `method` 'normal', by the
 * normal approximation with tie correction and without continuity correction. No difference at all: p = 1.
 */
export function wilcoxonSignedRank(differences: readonly number[], method: 'auto' | 'normal' = 'auto'): WilcoxonTest {
  requireFinite(differences, 'differences');
  const active = differences.filter((value) => value !== 0);
  const n = active.length;
  if (n === 0) return { n, statistic: 0, method: 'exact', pTwoSided: 1, pGreater: 1, pLess: 1 };
  const ranks = midranks(active.map(Math.abs));
  const positive = sum(ranks.filter((_, index) => (active[index] ?? 0) > 0));
  const negative = (n * (n + 1)) / 2 - positive;
  const isExact = method === 'auto' && n <= EXACT_LIMIT;
  const atMost = isExact ? countOut(ranks) : approximate(n, active);
  const pGreater = atMost(negative);
  const pLess = atMost(positive);
  return {
    n,
    statistic: Math.min(positive, negative),
    method: isExact ? 'exact' : 'normal',
    pTwoSided: Math.min(1, 2 * Math.min(pGreater, pLess)),
    pGreater,
    pLess,
  };
}

/** P(rank sum <= w) by counting the sign patterns of each sum; sums are doubled, as shared ranks may be halves. */
function countOut(ranks: readonly number[]): (w: number) => number {
  const total = 2 * sum(ranks);
  const counts = new Array<number>(total + 1).fill(0);
  counts[0] = 1;
  for (const rank of ranks) {
    for (let target = total; target >= 2 * rank; target -= 1) {
      counts[target] = (counts[target] ?? 0) + (counts[target - 2 * rank] ?? 0);
    }
  }
  return (w) => sum(counts.slice(0, 2 * w + 1)) / 2 ** ranks.length;
}

function approximate(n: number, active: readonly number[]): (w: number) => number {
  const ties = sum(tieSizes(active.map(Math.abs)).map((size) => size ** 3 - size));
  const spread = Math.sqrt((n * (n + 1) * (2 * n + 1)) / 24 - ties / 48);
  return (w) => normalCdf((w - (n * (n + 1)) / 4) / spread);
}
