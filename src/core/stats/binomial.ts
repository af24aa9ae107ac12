import { betaTails } from './beta.js';
import { requireCount, requireProbability } from './checks.js';
import { deviance, stirlingError } from './gamma.js';

/**
 * P(X = k) for X ~ Binomial(n, p), relative error about 1e-14 for any n (Loader 2000). 0 outside of 0..n.
 */
export function binomialProbability(k: number, n: number, p: number): number {
  requireTrials(k, n, p);
  if (k < 0 || k > n) return 0;
  const q = 1 - p;
  if (p === 0 || q === 0) return k === (p === 0 ? 0 : n) ? 1 : 0;
  if (k === 0) return Math.exp(n * Math.log1p(-p));
  if (k === n) return Math.exp(n * Math.log(p));
  const exponent =
    stirlingError(n) - stirlingError(k) - stirlingError(n - k) - deviance(k, n * p) - deviance(n - k, n * q);
  return Math.exp(exponent) * Math.sqrt(n / (2 * Math.PI * k * (n - k)));
}

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
