import { requireLevel } from './checks.js';

/**
 * A confidence interval for one number.
 *
 * `confidence` is the two-sided level of [low, high], with equal tails: each end on its own is a one-sided bound at
 * level (1 + confidence) / 2. `method` names how it was computed, for messages.
 */
export type Interval = {
  readonly low: number;
  readonly high: number;
  readonly confidence: number;
  readonly method: string;
};

/**
 * The two-sided confidence, 2c - 1, of the interval whose ends are one-sided bounds at confidence c: a gate that judges
 * with one-sided 95 % bounds reads them off a 90 % interval. Throws a RangeError unless 0.5 < c < 1.
 */
export function twoSided(oneSidedConfidence: number): number {
  requireLevel(oneSidedConfidence, 'oneSidedConfidence');
  if (oneSidedConfidence <= 0.5) {
    throw new RangeError(`oneSidedConfidence must be above 0.5, got ${oneSidedConfidence}`);
  }
  // 2 * 0.95 - 1 is 0.8999999999999999 in binary; levels are written with few digits
  return Number((2 * oneSidedConfidence - 1).toPrecision(12));
}
