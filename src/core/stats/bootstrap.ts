import { addTo, addVectors } from './add-vectors.js';
import { intervalFromReplicates, type ReplicateMethod } from './bca.js';
import { requireCount, requireFinite, requireLevel } from './checks.js';
import type { Interval } from './interval.js';
import { sum } from './mean.js';
import { createRandom } from './random.js';
import { affordResamples } from './work-budget.js';

export type BootstrapOptions = {
  readonly confidence: number;
  /** `BCa` is better for skewed values such as latency. */
  readonly method: ReplicateMethod;
  readonly seed: number | string;
  /** 9,999 unless told; fewer for very large samples, see `affordResamples`. */
  readonly resamples?: number;
};

/** The sums of one cluster. */
export type RatioTerm = { readonly numerator: number; readonly denominator: number };

/**
 * A bootstrap interval for a ratio of sums, Σ numerators / Σ denominators, drawing whole clusters with replacement. With
 * (sum, number) of each cluster's values it is their mean; with (sum in run A, sum in run B) of each case the ratio of two
 * means, as for latency and cost. Fast on large samples: a resample takes G additions, the jackknife G in all.
 *
 * Null below two clusters, and as `intervalFromReplicates` says (such as 0 / 0 in a resample).
 */
export function bootstrapRatio(clusters: readonly RatioTerm[], options: BootstrapOptions): Interval | null {
  requireLevel(options.confidence, 'confidence');
  const numerators = Float64Array.from(clusters, (cluster) => cluster.numerator);
  const denominators = Float64Array.from(clusters, (cluster) => cluster.denominator);
  requireFinite([...numerators], 'numerators');
  requireFinite([...denominators], 'denominators');
  const count = clusters.length;
  if (count < 2) return null;
  const random = createRandom(options.seed);
  const replicates = new Float64Array(countResamples(options, count / 4));
  for (let index = 0; index < replicates.length; index += 1) {
    let top = 0;
    let bottom = 0;
    for (let draw = 0; draw < count; draw += 1) {
      const chosen = random.below(count);
      top += numerators[chosen] ?? 0;
      bottom += denominators[chosen] ?? 0;
    }
    replicates[index] = top / bottom;
  }
  const top = sum([...numerators]);
  const bottom = sum([...denominators]);
  const leaveOut = () => clusters.map(({ numerator, denominator }) => (top - numerator) / (bottom - denominator));
  return intervalFromReplicates(replicates, top / bottom, leaveOut, options.method, options.confidence);
}

/**
 * A bootstrap interval for a function of sums, drawing whole clusters with replacement. Each cluster is the vector of its
 * sums, all of one length, such as the n-gram counts of a case; `statistic` must not keep the sums that it is handed, which
 * are used again. Null below two clusters, and as `intervalFromReplicates` says.
 */
export function bootstrapSums(
  clusters: readonly (readonly number[])[],
  statistic: (sums: readonly number[]) => number,
  options: BootstrapOptions,
): Interval | null {
  requireLevel(options.confidence, 'confidence');
  if (clusters.length < 2) return null;
  const total = addVectors(clusters);
  const random = createRandom(options.seed);
  const replicates = new Float64Array(countResamples(options, (clusters.length * total.length) / 4));
  const sums = [...total];
  for (let index = 0; index < replicates.length; index += 1) {
    sums.fill(0);
    for (let draw = 0; draw < clusters.length; draw += 1) addTo(sums, clusters[random.below(clusters.length)] ?? []);
    replicates[index] = statistic(sums);
  }
  const leaveOut = () =>
    clusters.map((cluster) => statistic(total.map((sum, component) => sum - (cluster[component] ?? 0))));
  return intervalFromReplicates(replicates, statistic(total), leaveOut, options.method, options.confidence);
}

/**
 * A bootstrap interval for any statistic of clustered data: whole clusters are drawn with replacement (Efron 1979; Davison
 * and Hinkley 1997, section 3.8), so the trials of a case stay together. Each inner array is one cluster; pass `[[x], …]`
 * for independent values, and pairs as items for paired statistics. `statistic` must not keep the array that it is handed,
 * which is used again. Its cost times the number of resamples is the cost of all: prefer `bootstrapRatio` for means.
 *
 * Null below two clusters that hold values, and as `intervalFromReplicates` says.
 */
export function bootstrapInterval<T>(
  clusters: readonly (readonly T[])[],
  statistic: (sample: readonly T[]) => number,
  options: BootstrapOptions,
): Interval | null {
  requireLevel(options.confidence, 'confidence');
  const filled = clusters.filter((cluster) => cluster.length > 0);
  if (filled.length < 2) return null;
  const random = createRandom(options.seed);
  const replicates = new Float64Array(countResamples(options, countItems(filled)));
  const sample: T[] = [];
  for (let index = 0; index < replicates.length; index += 1) {
    let size = 0;
    for (let draw = 0; draw < filled.length; draw += 1) {
      for (const item of filled[random.below(filled.length)] ?? []) {
        sample[size] = item;
        size += 1;
      }
    }
    sample.length = size;
    replicates[index] = statistic(sample);
  }
  const leaveOut = () => leaveOutClusters(filled, statistic);
  return intervalFromReplicates(replicates, statistic(filled.flat()), leaveOut, options.method, options.confidence);
}

/**
 * The statistic without each cluster. For each of many clusters this would take quadratic time, so beyond a budget every
 * k-th cluster is left out together: the influence of a block is the sum of those in it.
 */
function leaveOutClusters<T>(
  clusters: readonly (readonly T[])[],
  statistic: (sample: readonly T[]) => number,
): readonly number[] {
  const blocks = Math.min(clusters.length, affordResamples(clusters.length, countItems(clusters)));
  return Array.from({ length: blocks }, (_, block) =>
    statistic(clusters.filter((_cluster, index) => index % blocks !== block).flat()),
  );
}

function countResamples(options: BootstrapOptions, size: number): number {
  const wanted = options.resamples ?? 9_999;
  requireCount(wanted, 'resamples', 1);
  return affordResamples(wanted, size);
}

function countItems<T>(clusters: readonly (readonly T[])[]): number {
  return sum(clusters.map((cluster) => cluster.length));
}
