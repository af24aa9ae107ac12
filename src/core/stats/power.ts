import { requireLevel, requirePositive, requireProbability } from './checks.js';
import { findZero } from './find-zero.js';
import { noncentralStudentCdf } from './noncentral-t.js';
import { normalCdf, normalQuantile } from './normal.js';
import { studentQuantile } from './student-t.js';

/** What a test is asked for: its false alarm rate `alpha`, on one or both sides, and the `power` to find the effect. */
export type PowerGoal = { readonly alpha: number; readonly power: number; readonly sides: 1 | 2 };

/**
 * Where the noise of a paired comparison comes from: the variance between cases of the difference of their true scores,
 * and for each of the two runs the mean variance between the trials of a case, and the number of trials.
 */
export type PairedNoise = {
  readonly caseVariance: number;
  readonly trialVariances: readonly [number, number];
  readonly trials: readonly [number, number];
};

/**
 * How many cases a paired comparison needs to find a mean difference of `effect`: (z_α + z_β)² (ω² + σ²_A/K_A + σ²_B/K_B) /
 * effect² (E. Miller, "Adding error bars to evals", arXiv:2411.00640, section 5). Not rounded.
 */
export function pairedCasesNeeded(effect: number, noise: PairedNoise, goal: PowerGoal): number {
  requirePositive(effect, 'effect');
  return (sumOfQuantiles(goal) ** 2 * noisePerCase(noise)) / effect ** 2;
}

/** The smallest mean difference that `cases` cases find with the power of the goal: the same formula, solved for it. */
export function pairedDetectableEffect(cases: number, noise: PairedNoise, goal: PowerGoal): number {
  requirePositive(cases, 'cases');
  return sumOfQuantiles(goal) * Math.sqrt(noisePerCase(noise) / cases);
}

function noisePerCase({ caseVariance, trialVariances, trials }: PairedNoise): number {
  for (const value of [caseVariance, ...trialVariances]) {
    if (!(Number.isFinite(value) && value >= 0)) throw new RangeError(`a variance must be at least 0, got ${value}`);
  }
  for (const count of trials) requirePositive(count, 'trials');
  return caseVariance + trialVariances[0] / trials[0] + trialVariances[1] / trials[1];
}

function sumOfQuantiles(goal: PowerGoal): number {
  requireGoal(goal);
  return normalQuantile(1 - goal.alpha / goal.sides) + normalQuantile(goal.power);
}

/**
 * The chance that a test sees an effect of `effect` when its estimate has the known standard error `error`, by the normal
 * approximation. Both tails count when the test is two-sided.
 */
export function normalPower(effect: number, error: number, alpha: number, sides: 1 | 2): number {
  requireLevel(alpha, 'alpha');
  requirePositive(error, 'error');
  const critical = normalQuantile(1 - alpha / sides);
  const shift = effect / error;
  return normalCdf(shift - critical) + (sides === 2 ? normalCdf(-shift - critical) : 0);
}

/** Cohen's h, 2 asin √p1 - 2 asin √p2: the distance of two proportions on a scale of equal variance (Cohen 1988, 6.2). */
export function cohensH(p1: number, p2: number): number {
  requireProbability(p1, 'p1');
  requireProbability(p2, 'p2');
  return 2 * Math.asin(Math.sqrt(p1)) - 2 * Math.asin(Math.sqrt(p2));
}

/**
 * How many values each of two independent groups needs to tell rates p1 and p2 apart (Cohen 1988, section 6.4). Not
 * rounded; null for equal rates, as no number is enough.
 */
export function proportionsGroupSizeNeeded(p1: number, p2: number, goal: PowerGoal): number | null {
  requireGoal(goal);
  const h = Math.abs(cohensH(p1, p2));
  if (h === 0) return null;
  return solveSize((n) => normalPower(h, Math.sqrt(2 / n), goal.alpha, goal.sides) - goal.power, 1e-9);
}

/**
 * The power of the paired t test with n pairs for an effect of `d` standard deviations of the differences, by the
 * noncentral t distribution (Cohen 1988, chapter 2). n > 1 need not be an integer. With clusters, n is their number.
 */
export function pairedTPower(n: number, d: number, alpha: number, sides: 1 | 2): number {
  requireLevel(alpha, 'alpha');
  if (!(n > 1)) throw new RangeError(`n must be above 1, got ${n}`);
  const critical = studentQuantile(1 - alpha / sides, n - 1);
  const shift = d * Math.sqrt(n);
  const above = noncentralStudentCdf(-critical, n - 1, -shift);
  return above + (sides === 2 ? noncentralStudentCdf(-critical, n - 1, shift) : 0);
}

/** How many pairs the paired t test needs for an effect of |d| standard deviations: at least 2, not rounded; null for d = 0. */
export function pairedTCasesNeeded(d: number, goal: PowerGoal): number | null {
  requireGoal(goal);
  if (d === 0) return null;
  return solveSize((n) => pairedTPower(n, Math.abs(d), goal.alpha, goal.sides) - goal.power, 2);
}

/**
 * The smallest effect, in standard deviations of the differences, that the paired t test finds with n pairs and the power
 * of the goal. Multiply by √n and the standard error for the effect in units of the score.
 */
export function pairedTDetectableEffect(n: number, goal: PowerGoal): number {
  requireGoal(goal);
  return solveSize((d) => pairedTPower(n, d, goal.alpha, goal.sides) - goal.power, 0);
}

/** The root of a rising function of a size, from `least` on; 0 or `least` when that already is enough. */
function solveSize(excess: (size: number) => number, least: number): number {
  if (excess(least) >= 0) return least;
  let high = Math.max(1, 2 * least);
  while (excess(high) < 0) high *= 2;
  return findZero(excess, least, high);
}

function requireGoal({ alpha, power }: PowerGoal): void {
  requireLevel(alpha, 'alpha');
  requireLevel(power, 'power');
}
