import { requireLevel, requireSameLength } from './checks.js';
import type { Interval } from './interval.js';
import { mean, sum, sumOfSquares, tIntervalAround } from './mean.js';
import { normalQuantile } from './normal.js';
import { exactOfSize } from './proportion.js';
import { studentQuantile } from './student-t.js';

/**
 * `none` is the plain estimate, a little too small with few clusters; `clusters` multiplies the variance by G / (G - 1),
 * which makes single-value clusters agree with the ordinary standard error.
 */
export type ClusterCorrection = 'none' | 'clusters';

/** What tells clusters apart: the id or the place of a case, say. */
export type ClusterName = string | number;

/**
 * The values of each cluster, one cluster after the other, in order of first appearance. `clusters[i]` names the cluster
 * of `values[i]`. A hundred thousand clusters of one value each are never in memory together.
 */
export function* eachCluster<T>(values: readonly T[], clusters: readonly ClusterName[]): Generator<T[], void> {
  requireSameLength(values, clusters, 'values and clusters');
  const numbers = new Map<ClusterName, number>();
  const numberOf = Uint32Array.from(clusters, (name) => {
    const number = numbers.get(name) ?? numbers.size;
    if (number === numbers.size) numbers.set(name, number);
    return number;
  });
  // Of each value the next of its cluster, 0 for none: no value comes before the first
  const next = new Uint32Array(values.length);
  const lasts = new Uint32Array(numbers.size);
  const firsts: number[] = [];
  numberOf.forEach((number, index) => {
    if (number === firsts.length) firsts.push(index);
    else next[lasts[number] ?? 0] = index;
    lasts[number] = index;
  });
  for (const first of firsts) {
    const group: T[] = [];
    let index = first;
    do {
      // As long as the list of clusters
      group.push(values[index] as T);
      index = next[index] ?? 0;
    } while (index > 0);
    yield group;
  }
}

/** As `eachCluster`, all at once. */
export function groupByCluster<T>(values: readonly T[], clusters: readonly ClusterName[]): T[][] {
  return [...eachCluster(values, clusters)];
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
  if (centre === null) return null;
  const squares: number[] = [];
  for (const group of eachCluster(values, clusters)) squares.push(sum(group.map((value) => value - centre)) ** 2);
  if (squares.length < 2) return null;
  const factor = correction === 'none' ? 1 : squares.length / (squares.length - 1);
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
 * The exact interval for the mean of fractions that are alike in clusters: that of so many independent yes/no values as
 * would have the clustered standard error (Korn and Graubard, "Confidence intervals for proportions with small expected
 * number of positive counts estimated from survey data", Survey Methodology 24 (1998)). `trials` is how many yes/no values
 * there are; null for graded fractions. A cluster that fails whole is seen or not, however many trials each has, so yes/no
 * values never prove more than as many clusters would that all agree. Null below two clusters.
 */
export function clusteredProportion(
  values: readonly number[],
  clusters: readonly ClusterName[],
  confidence: number,
  trials: number | null,
): Interval | null {
  const size = effectiveSize(values, clusters, confidence, trials);
  const rate = mean(values);
  if (size === null || rate === null) return null;
  const interval = { ...exactOfSize(rate, size, confidence), method: 'Clopper-Pearson, cluster-robust' };
  if (trials === null) return interval;
  const count = new Set(clusters).size;
  return {
    ...interval,
    low: Math.min(interval.low, exactOfSize(1, count, confidence).low),
    high: Math.max(interval.high, exactOfSize(0, count, confidence).high),
  };
}

/**
 * How many independent yes/no values tell as much of the mean as these clustered fractions: rate (1 - rate) / error², with
 * Student's t allowing for few clusters; at most `trials`, when they stand for so many yes/no values; one a cluster when
 * they show no spread. Null below two clusters.
 */
export function effectiveSize(
  values: readonly number[],
  clusters: readonly ClusterName[],
  confidence: number,
  trials: number | null,
): number | null {
  const rate = mean(values);
  const error = clusteredStandardError(values, clusters);
  const count = new Set(clusters).size;
  if (rate === null || error === null) return null;
  // Sums that are equal but for their last bits show no spread either
  if (error < 1e-12) return count;
  const size = (allowForFew(count, confidence) * rate * (1 - rate)) / error ** 2;
  return Math.min(trials ?? Number.POSITIVE_INFINITY, size);
}

/** The effective size that so many independent values have, two at least, which is a little below their number. */
export function sizeOfIndependent(count: number, confidence: number): number {
  return allowForFew(count, confidence) * (count - 1);
}

/** By what a size is less for few clusters: Student's t is as much wider than the normal distribution. */
function allowForFew(clusters: number, confidence: number): number {
  const upper = (1 + confidence) / 2;
  return (normalQuantile(upper) / studentQuantile(upper, clusters - 1)) ** 2;
}

/**
 * The correlation of two means over the same clusters: that of the clusters' sums of distances from each mean. 0 when one
 * shows no spread.
 */
export function clusterCorrelation(
  first: readonly number[],
  second: readonly number[],
  clusters: readonly ClusterName[],
): number {
  const sums = (values: readonly number[]) => {
    const centre = mean(values) ?? Number.NaN;
    return groupByCluster(values, clusters).map((group) => sum(group.map((value) => value - centre)));
  };
  const [a, b] = [sums(first), sums(second)];
  const product = (left: readonly number[], right: readonly number[]) =>
    sum(left.map((value, index) => value * (right[index] ?? Number.NaN)));
  const scale = Math.sqrt(product(a, a)) * Math.sqrt(product(b, b));
  return scale < 1e-12 ? 0 : Math.min(1, Math.max(-1, product(a, b) / scale));
}

/** A standard error with its degrees of freedom. */
export type ErrorOfMean = { readonly error: number; readonly degrees: number };

/**
 * The standard error of the mean of the means of these very strata (cases), each with two or more values (trials): the
 * noise is that within strata alone (Cochran, "Sampling techniques", 1977, section 5.4), with Satterthwaite's degrees of
 * freedom (1946), which are few when the noise comes from few strata. Trials that all agree show no noise, which is no proof of none: it is taken to be at least that of
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
  const total = sum(squares);
  const parts = squares.map((square, index) => square ** 2 / ((groups[index]?.length ?? 0) - 1));
  return { error: Math.sqrt(total) / groups.length, degrees: total === 0 ? degrees : total ** 2 / sum(parts) };
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
