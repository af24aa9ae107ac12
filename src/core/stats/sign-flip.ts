import { requireCount, requireFinite, requireLevel } from './checks.js';
import { type ClusterName, groupByCluster } from './clusters.js';
import type { Interval } from './interval.js';
import { mean, sum } from './mean.js';
import { createRandom } from './random.js';
import { affordResamples } from './work-budget.js';

/** Up to this many clusters with a difference, all 2^G sign patterns are looked at: 262,144 at most. */
const EXACT_LIMIT = 18;

const BLOCK = 8;

export type SignFlipOptions = {
  /** One name a difference: the differences of a cluster change their sign together. */
  readonly clusters?: readonly ClusterName[];
  /** Seeds the Monte Carlo draws; the exact test does not use it. */
  readonly seed: number | string;
  /** Random sign patterns when the exact test is too large; 9,999 unless told, fewer for very many clusters. */
  readonly resamples?: number;
};

/** `patterns` is the number of sign patterns looked at, without the observed one in the Monte Carlo case. */
export type SignFlipTest = {
  readonly method: 'exact' | 'Monte Carlo';
  readonly patterns: number;
  readonly pTwoSided: number;
  readonly pGreater: number;
  readonly pLess: number;
};

/**
 * The permutation test of paired differences: if nothing changed, each difference (or cluster of them) might as well
 * have had the other sign (Fisher 1935; Ernst 2004). The statistic is their sum. Exact for up to 18 clusters that differ
 * at all; beyond that p = (1 + hits) / (1 + draws), which never is 0 (Phipson and Smyth 2010). No difference at all, or
 * no data: p = 1.
 */
export function signFlipTest(differences: readonly number[], options: SignFlipOptions): SignFlipTest {
  requireFinite(differences, 'differences');
  const sums =
    options.clusters === undefined
      ? differences
      : groupByCluster(differences, options.clusters).map((group) => sum(group));
  // a cluster without a difference stays the same under either sign
  const active = sums.filter((value) => value !== 0).sort((left, right) => left - right);
  const observed = sum(active);
  // flips that give the same sum must count as ties whatever the rounding
  const slack = 1e-12 * sum(active.map(Math.abs));
  if (active.length <= EXACT_LIMIT) {
    const hits = countHits(enumerateSums(active), observed, slack);
    const patterns = 2 ** active.length;
    return {
      method: 'exact',
      patterns,
      pTwoSided: hits.extreme / patterns,
      pGreater: hits.above / patterns,
      pLess: hits.below / patterns,
    };
  }
  const wanted = options.resamples ?? 9_999;
  requireCount(wanted, 'resamples', 1);
  const draws = affordResamples(wanted, active.length / BLOCK);
  const hits = countHits(drawSums(active, draws, options.seed), observed, slack);
  return {
    method: 'Monte Carlo',
    patterns: draws,
    pTwoSided: (1 + hits.extreme) / (1 + draws),
    pGreater: (1 + hits.above) / (1 + draws),
    pLess: (1 + hits.below) / (1 + draws),
  };
}

/**
 * The interval of mean differences that the exact sign-flip test does not reject, each end one-sided at
 * (1 + confidence) / 2: no assumption on the shape of the differences but symmetry. An end is infinite where the
 * differences are too few to reject anything. Throws a RangeError beyond 18 differences, which `pairedInterval` is for.
 */
export function signFlipInterval(differences: readonly number[], confidence: number): Interval | null {
  requireLevel(confidence, 'confidence');
  requireFinite(differences, 'differences');
  if (differences.length > EXACT_LIMIT) throw new RangeError(`too many differences: ${differences.length}`);
  const centre = mean(differences);
  if (centre === null) return null;
  const tail = ((1 - confidence) / 2) * (1 + 1e-12);
  const spread = Math.max(...differences.map((value) => Math.abs(value - centre)));
  const high = -lowerEnd(
    differences.map((value) => -value),
    -centre,
    spread,
    tail,
  );
  return { low: lowerEnd(differences, centre, spread, tail), high, confidence, method: 'sign-flip' };
}

/** The largest shift below the mean that the test rejects: beyond it all shifted differences are positive, at best. */
function lowerEnd(differences: readonly number[], centre: number, spread: number, tail: number): number {
  const rejects = (shift: number): boolean =>
    signFlipTest(
      differences.map((value) => value - shift),
      { seed: 0 },
    ).pGreater <= tail;
  const far = centre - 2 * spread - Number.MIN_VALUE;
  if (2 ** -differences.length > tail) return Number.NEGATIVE_INFINITY;
  if (spread === 0) return centre;
  let [rejected, kept] = [far, centre];
  if (!rejects(far)) return Number.NEGATIVE_INFINITY;
  // p changes in steps: halving finds the step to a millionth of the spread
  for (let step = 0; step < 22; step += 1) {
    const middle = (rejected + kept) / 2;
    if (rejects(middle)) rejected = middle;
    else kept = middle;
  }
  return rejected;
}

/** The sums under all 2^G sign patterns. */
function enumerateSums(values: readonly number[]): Float64Array {
  const sums = new Float64Array(2 ** values.length);
  let filled = 1;
  for (const value of values) {
    for (let index = 0; index < filled; index += 1) {
      const before = sums[index] ?? 0;
      sums[index] = before + value;
      sums[filled + index] = before - value;
    }
    filled *= 2;
  }
  return sums;
}

/**
 * The sums under random sign patterns. Values are taken in blocks of 8, whose 256 sums are tabled first, so that one random
 * word moves 32 values.
 */
function drawSums(values: readonly number[], draws: number, seed: number | string): Float64Array {
  const random = createRandom(seed);
  const sums = new Float64Array(draws);
  for (let start = 0; start < values.length; start += 4 * BLOCK) {
    const tables = [0, 1, 2, 3].map((block) => {
      const from = start + block * BLOCK;
      const filled = values.slice(from, from + BLOCK);
      return enumerateSums([...filled, ...new Array<number>(BLOCK - filled.length).fill(0)]);
    });
    const [first, second, third, fourth] = tables;
    for (let draw = 0; draw < draws; draw += 1) {
      const word = random.word();
      const low = (first?.[word & 255] ?? 0) + (second?.[(word >>> 8) & 255] ?? 0);
      const high = (third?.[(word >>> 16) & 255] ?? 0) + (fourth?.[word >>> 24] ?? 0);
      sums[draw] = (sums[draw] ?? 0) + low + high;
    }
  }
  return sums;
}

function countHits(sums: Float64Array, observed: number, slack: number) {
  const hits = { above: 0, below: 0, extreme: 0 };
  for (const value of sums) {
    if (value >= observed - slack) hits.above += 1;
    if (value <= observed + slack) hits.below += 1;
    if (Math.abs(value) >= Math.abs(observed) - slack) hits.extreme += 1;
  }
  return hits;
}
