import { requireLevel, requireSameLength } from './checks.js';
import type { Interval } from './interval.js';
import { mean, sum, tIntervalAround } from './mean.js';

/**
 * `none` is the plain estimate, a little too small with few clusters; `clusters` multiplies the variance by G / (G - 1),
 * which makes single-value clusters agree with the ordinary standard error.
 */
export type ClusterCorrection = 'none' | 'clusters';

/** The values of each cluster, clusters in order of first appearance. `clusters[i]` names the cluster of `values[i]`. */
export function groupByCluster<T>(values: readonly T[], clusters: readonly string[]): T[][] {
  requireSameLength(values, clusters, 'values and clusters');
  const groups = new Map<string, T[]>();
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
  clusters: readonly string[],
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
  clusters: readonly string[],
  confidence: number,
): Interval | null {
  requireLevel(confidence, 'confidence');
  const centre = mean(values);
  const error = clusteredStandardError(values, clusters);
  if (centre === null || error === null) return null;
  return tIntervalAround(centre, error, new Set(clusters).size - 1, confidence, 'cluster-robust t');
}
