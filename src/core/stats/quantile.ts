import { binomialAtLeast, binomialAtMost } from './binomial.js';
import { requireFinite, requireLevel, requireProbability } from './checks.js';
import { type ClusterName, effectiveSize } from './clusters.js';
import type { Interval } from './interval.js';
import { exactOfSize } from './proportion.js';

/**
 * The quantile at probability `p` (0.95 for p95), linear between the order statistics as numpy's default (Hyndman and Fan
 * 1996, type 7); null for no values.
 */
export function percentile(values: readonly number[], p: number): number | null {
  requireProbability(p, 'p');
  return interpolate(sort(values), p);
}

function interpolate(sorted: readonly number[], p: number): number | null {
  const position = p * (sorted.length - 1);
  const below = sorted[Math.floor(position)];
  const above = sorted[Math.ceil(position)];
  if (below === undefined || above === undefined) return null;
  const share = position - Math.floor(position);
  return share === 0 ? below : below + share * (above - below);
}

/**
 * Distribution-free bounds for the quantile at `p` of independent values: order statistics chosen by the binomial
 * distribution (David and Nagaraja, "Order statistics", 2003, section 7.1). Each bound holds with at least the one-sided
 * level (1 + confidence) / 2. A bound is null when the sample is too small to have it: an upper 95 % bound for p95 needs
 * 59 values. With ties the bounds are on the safe side, and they are widened if need be to enclose `percentile`.
 */
export function quantileBounds(
  values: readonly number[],
  p: number,
  confidence: number,
): { readonly low: number | null; readonly high: number | null } {
  requireLevel(p, 'p');
  requireLevel(confidence, 'confidence');
  const sorted = sort(values);
  const n = sorted.length;
  // a hair of slack, so that 1 - 0.9 = 0.09999... does not cost a rank
  const tail = ((1 - confidence) / 2) * (1 + 1e-12);
  // the r-th smallest value lies above the quantile only if fewer than r values lie at or below it
  const lowRank = countWhile(n, (rank) => binomialAtMost(rank - 1, n, p) <= tail);
  // the r-th smallest lies below the quantile only if at least r values do
  const highRank = n + 1 - countWhile(n, (fromTop) => binomialAtLeast(n + 1 - fromTop, n, p) <= tail);
  const low = sorted[lowRank - 1];
  const high = sorted[highRank - 1];
  const estimate = interpolate(sorted, p) ?? Number.NaN;
  return {
    low: low === undefined ? null : Math.min(low, estimate),
    high: high === undefined ? null : Math.max(high, estimate),
  };
}

/**
 * Bounds for the quantile at `p` of values that are alike in clusters: the quantiles at the ends of the interval for the
 * share of values at or below it, which allows for the clusters (Woodruff, "Confidence intervals for medians and other
 * position measures", JASA 47 (1952)). A bound is null where that share leaves no value beyond it, and both are below two
 * clusters.
 */
export function clusteredQuantileBounds(
  values: readonly number[],
  p: number,
  clusters: readonly ClusterName[],
  confidence: number,
): { readonly low: number | null; readonly high: number | null } {
  requireLevel(p, 'p');
  const sorted = sort(values);
  const estimate = interpolate(sorted, p);
  if (estimate === null) return { low: null, high: null };
  const below = values.map((value) => Number(value <= estimate));
  const size = effectiveSize(below, clusters, confidence, values.length);
  if (size === null) return { low: null, high: null };
  // Few clusters reach into a tail, so their spread there is little known: never more than one value each
  const share = exactOfSize(p, Math.min(size, new Set(clusters).size), confidence);
  const n = sorted.length;
  const low = sorted[Math.floor(share.low * n) - 1];
  const high = sorted[Math.ceil(share.high * n)];
  return {
    low: low === undefined ? null : Math.min(low, estimate),
    high: high === undefined ? null : Math.max(high, estimate),
  };
}

/** `quantileBounds` as an interval; null when either bound does not exist. */
export function quantileInterval(values: readonly number[], p: number, confidence: number): Interval | null {
  const { low, high } = quantileBounds(values, p, confidence);
  return low === null || high === null ? null : { low, high, confidence, method: 'order statistics' };
}

/** The largest rank in 1..n that satisfies a condition which, once broken, stays broken; 0 if none does. */
function countWhile(n: number, holds: (rank: number) => boolean): number {
  let good = 0;
  let bad = n + 1;
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (holds(middle)) good = middle;
    else bad = middle;
  }
  return good;
}

function sort(values: readonly number[]): readonly number[] {
  requireFinite(values, 'values');
  return [...values].sort((left, right) => left - right);
}
