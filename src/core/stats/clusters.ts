import { requireLevel, requireSameLength } from './checks.js';
import type { Interval } from './interval.js';
import { mean, sum, sumOfSquares, tIntervalAround } from './mean.js';
import { normalQuantile } from './normal.js';
import { wilsonOfSize } from './proportion.js';
import { studentQuantile } from './student-t.js';

/**
 * `none` is the plain estimate, a little too small with few clusters; `clusters` multiplies the variance by G / (G - 1),
 * which makes single-value clusters agree with the ordinary standard error.
 */
export type ClusterCorrection = 'none' | 'clusters';

/** What tells clusters apart: the id or the place of a case, say. */
export type ClusterName = string | number;

/** The values of each cluster, clusters in order of first appearance. `clusters[i]` names the cluster of `values[i]`. */
export function groupByCluster<T>(values: readonly T[], clusters: readonly ClusterName[]): T[][] {
  requireSameLength(values, clusters, 'values and clusters');
  const groups = new Map<ClusterName, T[]>();
  values.forEach((value, index) => {
    const cluster = clusters[index] ?? '';
    const group = groups.get(cluster);
    if (group === undefined) groups.set(cluster, [value]);
    else group.push(value);
  });
  return [...groups.values()];
}

/**
 * The standard error of the mean of all values when values of one cluster are alike (trials of a case, cases of a
 * group): √(Σ_c (Σ_i (x_ci - mean))²) / n (Liang and Zeger 1986; E. Miller, "Adding error bars to evals",
 * arXiv:2411.00640, section 2.2), with the chosen correction. Null below two clusters, where nothing can be said about
 * the spread between them.
 */
export function clusteredStandardError(
  values: readonly number[],
  clusters: readonly ClusterName[],
  correction: ClusterCorrection = 'clusters',
): number | null {
  const centre = mean(values);
  const groups = groupByCluster(values, clusters);
  if (centre === null || groups.length < 2) return null;
  const squares = groups.map((group) => sum(group.map((value) => value - centre)) ** 2);
  const factor = correction === 'none' ? 1 : groups.length / (groups.length - 1);
  return Math.sqrt(factor * sum(squares)) / values.length;
}

/**
 * The interval for the mean with the clustered standard error, by Student's t with G - 1 degrees of freedom for G
 * clusters (Cameron and Miller, "A practitioner's guide to cluster-robust inference", 2015, section VI.D). Null below
 * two clusters.
 */
export function clusteredInterval(
  values: readonly number[],
  clusters: readonly ClusterName[],
  confidence: number,
): Interval | null {
  requireLevel(confidence, 'confidence');
  const centre = mean(values);
  const error = clusteredStandardError(values, clusters);
  if (centre === null || error === null) return null;
  return tIntervalAround(centre, error, new Set(clusters).size - 1, confidence, 'cluster-robust t');
}

/**
 * Wilson's interval for the share of ones among zeros and ones that are alike in clusters: of so many independent values
 * as would have the clustered standard error (at most all, one a cluster when there is no spread), fewer clusters
 * allowed for by Student's t (Korn and Graubard 1998). Null below two clusters.
 */
export function clusteredProportion(
  values: readonly number[],
  clusters: readonly ClusterName[],
  confidence: number,
): Interval | null {
  const size = effectiveSize(values, clusters, confidence);
  const rate = mean(values);
  if (size === null || rate === null) return null;
  return { ...wilsonOfSize(rate, size, confidence), method: 'Wilson, cluster-robust' };
}

/** How many independent values tell as much of the share of ones as these clustered ones. Null below two clusters. */
export function effectiveSize(
  values: readonly number[],
  clusters: readonly ClusterName[],
  confidence: number,
): number | null {
  const rate = mean(values);
  const error = clusteredStandardError(values, clusters);
  const count = new Set(clusters).size;
  if (rate === null || error === null) return null;
  if (error === 0) return count;
  const upper = (1 + confidence) / 2;
  const allowance = (normalQuantile(upper) / studentQuantile(upper, count - 1)) ** 2;
  return Math.min(values.length, (allowance * rate * (1 - rate)) / error ** 2);
}

/** A standard error with its degrees of freedom. */
export type ErrorOfMean = { readonly error: number; readonly degrees: number };

/**
 * The standard error of the mean of the means of these very strata (cases), each with two or more values (trials): the
 * noise is that within strata alone (Cochran, "Sampling techniques", 1977, section 5.4), with the degrees of freedom of
 * the pooled variance. Trials that all agree show no noise, which is no proof of none: it is taken to be at least that of
 * half a disagreement by the whole `range` in all trials. Null when a stratum has fewer than two values.
 */
export function stratifiedError(
  values: readonly number[],
  strata: readonly ClusterName[],
  range: number,
): ErrorOfMean | null {
  const groups = groupByCluster(values, strata);
  if (groups.length === 0 || groups.some((group) => group.length < 2)) return null;
  const spreads = groups.map((group) => sumOfSquares(group, mean(group) ?? Number.NaN));
  const degrees = values.length - groups.length;
  const pooled = sum(spreads) / degrees;
  const least = (range ** 2 * 0.5) / values.length;
  const squares = groups.map((group, index) => {
    const own = (spreads[index] ?? Number.NaN) / (group.length - 1);
    return (pooled >= least ? own : least) / group.length;
  });
  return { error: Math.sqrt(sum(squares)) / groups.length, degrees };
}

/** The t interval for the mean over these very strata, with their `stratifiedError`; null where that is null. */
export function stratifiedInterval(
  values: readonly number[],
  strata: readonly ClusterName[],
  confidence: number,
  range: number,
): Interval | null {
  requireLevel(confidence, 'confidence');
  const noise = stratifiedError(values, strata, range);
  const centre = mean(groupByCluster(values, strata).map((group) => mean(group) ?? Number.NaN));
  if (noise === null || centre === null) return null;
  return tIntervalAround(centre, noise.error, noise.degrees, confidence, 't within cases');
}
