import { betaTails } from './beta.js';
import { requireCount, requireProbability } from './checks.js';

/** P(X <= k) for X ~ Binomial(n, p), through the incomplete beta function (DLMF 8.17.5); 0 below 0 and 1 from n on. */
export function binomialAtMost(k: number, n: number, p: number): number {
  requireTrials(k, n, p);
  if (k < 0) return 0;
  if (k >= n) return 1;
  return betaTails(p, k + 1, n - k).upper;
}

/** P(X >= k) for X ~ Binomial(n, p), precise where it is small; 1 up to 0 and 0 above n. */
export function binomialAtLeast(k: number, n: number, p: number): number {
  requireTrials(k, n, p);
  if (k <= 0) return 1;
  if (k > n) return 0;
  return betaTails(p, k, n - k + 1).lower;
}

function requireTrials(k: number, n: number, p: number): void {
  if (!Number.isSafeInteger(k)) throw new RangeError(`k must be an integer, got ${k}`);
  requireCount(n, 'n');
  requireProbability(p, 'p');
}
