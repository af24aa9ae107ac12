import { requireCount, requireLevel } from './checks.js';
import type { Interval } from './interval.js';
import { mean, sum } from './mean.js';
import { normalCdf, normalQuantile } from './normal.js';
import { createRandom, type Random } from './random.js';
import { affordResamples } from './work-budget.js';

export type BootstrapOptions = {
  readonly confidence: number;
  readonly method: 'percentile' | 'BCa';
  readonly seed: number | string;
  /** 9,999 unless told; fewer for very large samples. */
  readonly resamples?: number;
};

/**
 * A bootstrap interval for any statistic of clustered data: whole clusters are drawn with replacement (Efron 1979; Davison
 * and Hinkley 1997, section 3.8), so the trials of a case stay together. Each inner array is one cluster; pass `[[x], …]`
 * for independent values, and pairs as items for paired statistics such as a ratio of means.
 *
 * `percentile`: quantiles of the resampled statistic. `BCa`: corrected for bias and skewness (Efron 1987), which is better
 * for skewed values such as latency.
 *
 * Null below two clusters; when the statistic is NaN for the sample or a resample (such as 0 / 0 in a ratio); and when
 * BCa has no answer, as all resamples lie on one side of the estimate though they differ. When all resamples are equal
 * the width is 0.
 */
export function bootstrapInterval<T>(
  clusters: readonly (readonly T[])[],
  statistic: (sample: readonly T[]) => number,
  options: BootstrapOptions,
): Interval | null {
  requireLevel(options.confidence, 'confidence');
  const wanted = options.resamples ?? 9_999;
  requireCount(wanted, 'resamples', 1);
  const filled = clusters.filter((cluster) => cluster.length > 0);
  if (filled.length < 2) return null;
  const estimate = statistic(filled.flat());
  const size = sum(filled.map((cluster) => cluster.length));
  const replicates = resample(filled, statistic, affordResamples(wanted, size), createRandom(options.seed));
  if (Number.isNaN(estimate) || replicates.some(Number.isNaN)) return null;
  replicates.sort();
  const tail = (1 - options.confidence) / 2;
  const levels =
    options.method === 'percentile'
      ? { low: tail, high: 1 - tail }
      : correctedLevels(replicates, estimate, tail, () => acceleration(filled, statistic));
  if (levels === null) return null;
  const low = quantileOf(replicates, levels.low);
  const high = quantileOf(replicates, levels.high);
  const name = options.method === 'BCa' ? 'BCa bootstrap' : 'percentile bootstrap';
  return { low, high, confidence: options.confidence, method: `${name}, ${replicates.length} resamples` };
}

function resample<T>(
  clusters: readonly (readonly T[])[],
  statistic: (sample: readonly T[]) => number,
  resamples: number,
  random: Random,
): Float64Array {
  const replicates = new Float64Array(resamples);
  for (let index = 0; index < resamples; index += 1) {
    const sample: T[] = [];
    for (let draw = 0; draw < clusters.length; draw += 1) {
      for (const item of clusters[random.below(clusters.length)] ?? []) sample.push(item);
    }
    replicates[index] = statistic(sample);
  }
  return replicates;
}

/**
 * Where to cut the replicates, Efron 1987, equation 6.8. On coarse scores many replicates tie with the estimate, and
 * whether they count as below it is open: Efron counts none, others half. Here the low end counts a third and the high
 * end two thirds, so that either end errs a little to the outside and mirrored data give the mirrored interval.
 */
function correctedLevels(
  sorted: Float64Array,
  estimate: number,
  tail: number,
  accelerate: () => number,
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
  const skew = accelerate();
  const correct = (level: number, tieShare: number): number => {
    const bias = normalQuantile((below + tieShare * equal) / sorted.length);
    const shifted = bias + normalQuantile(level);
    return normalCdf(bias + shifted / (1 - skew * shifted));
  };
  return { low: correct(tail, 1 / 3), high: correct(1 - tail, 2 / 3) };
}

/**
 * The acceleration Σ l³ / (6 (Σ l²)^1.5) with the jackknife influences l of the clusters (Efron 1987, section 6). Leaving
 * out each of many clusters would take quadratic time, so beyond a budget blocks of clusters are left out together.
 * 0 when no block has any influence.
 */
export function acceleration<T>(
  clusters: readonly (readonly T[])[],
  statistic: (sample: readonly T[]) => number,
): number {
  const size = sum(clusters.map((cluster) => cluster.length));
  const blocks = Math.min(clusters.length, affordResamples(clusters.length, size));
  const values: number[] = [];
  for (let block = 0; block < blocks; block += 1) {
    const kept = clusters.filter((_, index) => index % blocks !== block);
    values.push(statistic(kept.flat()));
  }
  const centre = mean(values.filter(Number.isFinite)) ?? 0;
  const influences = values.filter(Number.isFinite).map((value) => centre - value);
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
