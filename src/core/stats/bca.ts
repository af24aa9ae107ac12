import type { Interval } from './interval.js';
import { mean, sum } from './mean.js';
import { normalCdf, normalQuantile } from './normal.js';

export type ReplicateMethod = 'percentile' | 'BCa';

/**
 * The interval from the replicates of a bootstrap: their quantiles (`percentile`), or quantiles corrected for bias and
 * skewness (`BCa`, Efron, "Better bootstrap confidence intervals", JASA 82 (1987) 171-185), for which `leaveOut` gives the
 * statistic without each cluster. Null when the estimate or a replicate is NaN, and when BCa has no answer, as all
 * replicates lie on one side of the estimate. When all are equal the width is 0. Sorts `replicates` in place.
 */
export function intervalFromReplicates(
  replicates: Float64Array,
  estimate: number,
  leaveOut: () => readonly number[],
  method: ReplicateMethod,
  confidence: number,
): Interval | null {
  if (Number.isNaN(estimate) || replicates.some(Number.isNaN)) return null;
  replicates.sort();
  const tail = (1 - confidence) / 2;
  const levels =
    method === 'percentile'
      ? { low: tail, high: 1 - tail }
      : correctedLevels(replicates, estimate, tail, () => accelerate(leaveOut()));
  if (levels === null) return null;
  return {
    low: quantileOf(replicates, levels.low),
    high: quantileOf(replicates, levels.high),
    confidence,
    method: `${method === 'BCa' ? 'BCa' : 'percentile'} bootstrap, ${replicates.length} resamples`,
  };
}

/**
 * Where to cut the replicates, Efron 1987, equation 6.8. On coarse scores many replicates tie with the estimate, and
 * whether they count as below it is open: Efron counts none, others half. Here the low end counts a third and the high
 * end two thirds, so that either end errs a little to the outside and mirrored data give the mirrored interval. The thirds
 * are a choice of this file, from no paper; without ties they change nothing.
 */
function correctedLevels(
  sorted: Float64Array,
  estimate: number,
  tail: number,
  findSkew: () => number,
): { readonly low: number; readonly high: number } | null {
  // replicates that equal the estimate must count as equal whatever the order of summation
  const slack = 1e-12 * Math.abs(estimate);
  let below = 0;
  let equal = 0;
  for (const value of sorted) {
    if (Math.abs(value - estimate) <= slack) equal += 1;
    else if (value < estimate) below += 1;
  }
  if (equal === sorted.length) return { low: tail, high: 1 - tail };
  if (below + equal === 0 || below === sorted.length) return null;
  const skew = findSkew();
  const correct = (level: number, tieShare: number): number => {
    const bias = normalQuantile((below + tieShare * equal) / sorted.length);
    const shifted = bias + normalQuantile(level);
    return normalCdf(bias + shifted / (1 - skew * shifted));
  };
  return { low: correct(tail, 1 / 3), high: correct(1 - tail, 2 / 3) };
}

/**
 * The acceleration Σ l³ / (6 (Σ l²)^1.5) with the jackknife influences l = mean - value (Efron 1987, section 6), from the
 * statistic without each cluster. Values that are not finite are left out; 0 when there is no influence.
 */
export function accelerate(leftOut: readonly number[]): number {
  const finite = leftOut.filter(Number.isFinite);
  const centre = mean(finite) ?? 0;
  const influences = finite.map((value) => centre - value);
  const squares = sum(influences.map((value) => value ** 2));
  return squares === 0 ? 0 : sum(influences.map((value) => value ** 3)) / (6 * squares ** 1.5);
}

/** Linear between the sorted values, as `percentile`. */
function quantileOf(sorted: Float64Array, level: number): number {
  const position = level * (sorted.length - 1);
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  const share = position - Math.floor(position);
  return share === 0 || below === above ? below : below + share * (above - below);
}
