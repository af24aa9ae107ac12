import { requireFinite, requireLevel } from './checks.js';
import { findZero } from './find-zero.js';
import type { Interval } from './interval.js';
import { mean } from './mean.js';

/** Shares of the wealth to bet, each run on its own and then averaged: bold ones for few values, timid ones for many. */
const STAKES = [0.95, 0.7, 0.5, 0.35, 0.25, 0.17, 0.12, 0.08, 0.05, 0.03, 0.015, 0.007];

/**
 * A confidence sequence for the mean of bounded values: an interval that stays valid however often it is looked at and
 * whenever one stops. Use it to spend further trials until a gate decides. Each end on its own is a time-uniform bound at
 * one-sided level (1 + confidence) / 2. For paired differences pass range [-1, 1].
 *
 * Method: a gambler bets against "the mean is m"; m is excluded when the wealth reaches 2 / α (Waudby-Smith and Ramdas,
 * "Estimating means of bounded random variables by betting", JRSS B 86 (2024) 1-27, section 4), with fixed stakes λ = s / m
 * averaged over a grid of s. So the order of the values does not matter.
 *
 * Valid for independent values with the same mean, at any time. Also valid for cases that each have their own mean, for
 * the mean of these means, when looked at after complete rounds (each case once more): with one stake for all, the
 * expected wealth Π(1 + λ(μ_c - m)) is at most (1 + λ(μ - m))^C by the inequality of arithmetic and geometric means.
 * What is not valid is to add trials to some of the cases only.
 *
 * Always contains the sample mean (it is widened if need be). Without values it is the whole range. Throws a RangeError
 * for a value outside of the range. Takes time in proportion to the number of distinct values.
 */
export function confidenceSequence(
  values: readonly number[],
  confidence: number,
  range: { readonly low: number; readonly high: number } = { low: 0, high: 1 },
): Interval {
  requireLevel(confidence, 'confidence');
  requireFinite(values, 'values');
  const width = range.high - range.low;
  if (!(Number.isFinite(width) && width > 0)) throw new RangeError(`empty range [${range.low}, ${range.high}]`);
  if (values.some((value) => value < range.low || value > range.high)) {
    throw new RangeError(`values must lie in [${range.low}, ${range.high}]`);
  }
  const method = 'betting confidence sequence';
  const centre = mean(values);
  if (centre === null) return { ...range, confidence, method };
  const goal = Math.log(2 / (1 - confidence));
  const low = lowerBound(countDistinct(values.map((value) => clamp((value - range.low) / width))), goal);
  const mirrored = lowerBound(countDistinct(values.map((value) => clamp((range.high - value) / width))), goal);
  return {
    low: Math.min(centre, range.low + width * low),
    high: Math.max(centre, range.high - width * mirrored),
    confidence,
    method,
  };
}

/** The smallest mean in [0, 1] against which the gambler has not reached the goal; his wealth falls as the mean rises. */
function lowerBound(counts: ReadonlyMap<number, number>, goal: number): number {
  const excess = (m: number): number => logWealth(counts, m) - goal;
  // below this mean every value other than 0 excludes it, and all values 0 exclude nothing
  const least = 1e-12;
  if (excess(least) <= 0) return 0;
  return excess(1) >= 0 ? 1 : findZero(excess, least, 1);
}

/** The log of the mean over the stakes s of Π (1 + s (x / m - 1)). */
function logWealth(counts: ReadonlyMap<number, number>, m: number): number {
  const logs = STAKES.map((stake) => {
    let total = 0;
    for (const [value, count] of counts) total += count * Math.log1p(stake * (value / m - 1));
    return total;
  });
  const largest = Math.max(...logs);
  return largest + Math.log(logs.reduce((total, log) => total + Math.exp(log - largest), 0) / logs.length);
}

function countDistinct(values: readonly number[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
