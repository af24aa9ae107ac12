import type { CasePair } from '../../src/core/gates/change-methods.js';
import type { Bounds } from '../../src/core/scores/statistic.js';
import { createRandom, drawNormal, type Random } from '../../src/core/stats/random.js';

/** How often bounds miss a truth that is known, of so many seeded repetitions. */
export interface Misses {
  /** Shares of the repetitions in which the low end lies above the truth, the high end below it. */
  readonly low: number;
  readonly high: number;
  /** Shares in which there is no such end. */
  readonly withoutLow: number;
  readonly withoutHigh: number;
}

/** Repeats an experiment whose true value is known, and counts how often its bounds miss that. */
export function countMisses(
  name: string,
  repetitions: number,
  truth: number,
  experiment: (random: Random) => Bounds | null,
): Misses {
  const counts = { low: 0, high: 0, withoutLow: 0, withoutHigh: 0 };
  for (let run = 0; run < repetitions; run++) {
    const { low = null, high = null } = experiment(createRandom(`${name} ${run}`)) ?? {};
    if (low === null) counts.withoutLow++;
    else if (low > truth + 1e-9) counts.low++;
    if (high === null) counts.withoutHigh++;
    else if (high < truth - 1e-9) counts.high++;
  }
  const share = (count: number) => count / repetitions;
  return {
    low: share(counts.low),
    high: share(counts.high),
    withoutLow: share(counts.withoutLow),
    withoutHigh: share(counts.withoutHigh),
  };
}

/** 1 with this probability, else 0. */
export function drawYes(random: Random, p: number): number {
  return random.uniform() < p ? 1 : 0;
}

/** A draw from the gamma distribution with this shape (Marsaglia and Tsang 2000). */
function drawGamma(random: Random, shape: number): number {
  if (shape < 1) return drawGamma(random, shape + 1) * Math.max(random.uniform(), 1e-12) ** (1 / shape);
  const d = shape - 1 / 3;
  for (;;) {
    const x = drawNormal(random);
    const v = (1 + x / Math.sqrt(9 * d)) ** 3;
    if (v > 0 && Math.log(Math.max(random.uniform(), 1e-12)) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** A draw from the beta distribution, whose mean is a / (a + b): how easy a case is. */
export function drawBeta(random: Random, a: number, b: number): number {
  const x = drawGamma(random, a);
  return x / (x + drawGamma(random, b));
}

/** Scores of so many trials of a case before and now. */
export function pairOf(name: number, before: readonly number[], now: readonly number[]): CasePair {
  const scoresOf = (values: readonly number[]) => ({ values, passed: values.map((value) => value >= 0.5) });
  return { case: `case-${name}`, cluster: name, before: scoresOf(before), now: scoresOf(now) };
}

/** An array of draws. */
export function draws<T>(count: number, draw: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => draw(index));
}
