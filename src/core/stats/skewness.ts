import { requireLevel } from './checks.js';
import { type ClusterName, groupByCluster } from './clusters.js';
import type { Interval } from './interval.js';
import { mean, sum, tIntervalAround, variance } from './mean.js';
import { studentQuantile } from './student-t.js';

/**
 * The t interval for the mean of values that are alike in clusters, widened to Hall's, which allows for skewness: of
 * values with a long tail, such as times, t misses far more often on the side of the tail than its level says (Hall, "On the
 * removal of skewness by transformation", JRSS B 54 (1992) 221-228, with t for the normal quantile). Without skewness, and
 * below three clusters, it is the t interval. Null below two clusters.
 */
export function skewInterval(
  values: readonly number[],
  clusters: readonly ClusterName[],
  confidence: number,
): Interval | null {
  requireLevel(confidence, 'confidence');
  const centre = mean(values);
  if (centre === null) return null;
  const groups = groupByCluster(values, clusters);
  const count = groups.length;
  // What each cluster adds to the mean, on the scale of a value: as many independent values with the same mean
  const shares = groups.map((group) => (count * sum(group.map((value) => value - centre))) / values.length);
  const spread = variance(shares);
  if (spread === null) return null;
  const error = Math.sqrt(spread / count);
  const method = count < values.length ? 'cluster-robust t' : 't';
  const interval = tIntervalAround(centre, error, count - 1, confidence, method);
  if (count < 3 || spread === 0) return interval;
  const cubes = sum(shares.map((share) => (share / Math.sqrt(spread)) ** 3));
  // The unbiased third moment over the standard deviation
  const skew = (cubes * count) / ((count - 1) * (count - 2)) / Math.sqrt(count);
  if (Math.abs(skew) < 1e-9) return interval;
  const quantile = studentQuantile((1 + confidence) / 2, count - 1);
  // The inverse of T + γT²/3 + γ²T³/27 + γ/6, where γ is the skewness over √n
  const inverse = (z: number): number => (3 / skew) * (Math.cbrt(1 + skew * (z - skew / 6)) - 1);
  return {
    ...interval,
    low: Math.min(interval.low, centre - error * inverse(quantile)),
    high: Math.max(interval.high, centre - error * inverse(-quantile)),
  };
}
