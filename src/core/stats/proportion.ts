import { betaQuantile } from './beta.js';
import { requireCount, requireLevel, requirePositive, requireProbability } from './checks.js';
import type { Interval } from './interval.js';
import { normalQuantile } from './normal.js';

/**
 * Wilson's score interval for a proportion (Wilson 1927). It contains the estimate, stays in [0, 1], and has a positive
 * width also when all or none pass. Its ends make up for each other: near 0 or 1 the one nearer to the middle misses
 * far less often than its level says, the other twice as often (Cai, "One-sided confidence intervals in discrete
 * distributions", 2005), so a one-sided decision takes `clopperPearson`. Null for n = 0, where no interval exists. Throws
 * a RangeError unless 0 <= successes <= n are integers.
 */
export function wilson(successes: number, n: number, confidence: number): Interval | null {
  requireProportion(successes, n, confidence);
  return n === 0 ? null : wilsonOf(successes, n - successes, confidence);
}

/**
 * Wilson's interval for a proportion whose standard error is that of `size` independent values; neither need be whole
 * (Korn and Graubard, "Confidence intervals for proportions with small expected number of positive counts estimated from
 * survey data", Survey Methodology 24 (1998), with Wilson's interval in place of the exact one). For values that
 * are alike in clusters. Throws a RangeError unless 0 <= rate <= 1 and size > 0.
 */
export function wilsonOfSize(rate: number, size: number, confidence: number): Interval {
  requireProbability(rate, 'rate');
  requirePositive(size, 'size');
  requireLevel(confidence, 'confidence');
  return wilsonOf(rate * size, (1 - rate) * size, confidence);
}

/**
 * The exact interval for a proportion whose standard error is that of `size` independent values; neither need be whole
 * (Korn and Graubard, as above: Clopper and Pearson's bounds at the effective size). It always encloses `rate`. Throws a
 * RangeError unless 0 <= rate <= 1 and size > 0.
 */
export function exactOfSize(rate: number, size: number, confidence: number): Interval {
  requireProbability(rate, 'rate');
  requirePositive(size, 'size');
  requireLevel(confidence, 'confidence');
  const tail = (1 - confidence) / 2;
  const successes = rate * size;
  const failures = (1 - rate) * size;
  // What is nearer to none than a billionth of a value is none: the beta distribution has no figures there
  const low = successes < 1e-9 ? 0 : Math.min(rate, betaQuantile(tail, successes, failures + 1));
  const high = failures < 1e-9 ? 1 : Math.max(rate, betaQuantile(1 - tail, successes + 1, failures));
  return { low, high, confidence, method: 'Clopper-Pearson' };
}

function wilsonOf(successes: number, failures: number, confidence: number): Interval {
  const n = successes + failures;
  const square = normalQuantile((1 + confidence) / 2) ** 2;
  // low and high as roots of the same quadratic, written without a difference that cancels when all or none pass
  const spread = Math.sqrt(square * (square + (4 * successes * failures) / n));
  const low = successes === 0 ? 0 : (2 * successes ** 2) / n / (2 * successes + square + spread);
  const lowOfFailures = failures === 0 ? 0 : (2 * failures ** 2) / n / (2 * failures + square + spread);
  return { low, high: 1 - lowOfFailures, confidence, method: 'Wilson' };
}

/**
 * Wilson's interval with continuity correction (Newcombe, Statistics in Medicine 17 (1998) 857-872, method 4): closer to
 * the exact interval, so wider. Null for n = 0.
 */
export function wilsonCorrected(successes: number, n: number, confidence: number): Interval | null {
  requireProportion(successes, n, confidence);
  if (n === 0) return null;
  const z = normalQuantile((1 + confidence) / 2);
  const lowOf = (k: number): number => {
    if (k === 0) return 0;
    const p = k / n;
    const root = Math.sqrt(z * z - 2 - 1 / n + 4 * p * (n * (1 - p) + 1));
    return Math.max(0, (2 * k + z * z - 1 - z * root) / (2 * (n + z * z)));
  };
  return {
    low: lowOf(successes),
    high: 1 - lowOf(n - successes),
    confidence,
    method: 'Wilson with continuity correction',
  };
}

/**
 * The exact interval of Clopper and Pearson (1934): never covers less than `confidence`, at the price of width. Each end
 * is a one-sided exact bound at (1 + confidence) / 2. Null for n = 0.
 */
export function clopperPearson(successes: number, n: number, confidence: number): Interval | null {
  requireProportion(successes, n, confidence);
  if (n === 0) return null;
  const tail = (1 - confidence) / 2;
  const low = successes === 0 ? 0 : betaQuantile(tail, successes, n - successes + 1);
  const high = successes === n ? 1 : betaQuantile(1 - tail, successes + 1, n - successes);
  return { low, high, confidence, method: 'Clopper-Pearson' };
}

/** The interval of Agresti and Coull (1998): Wald's around Wilson's centre, cut to [0, 1]. Null for n = 0. */
export function agrestiCoull(successes: number, n: number, confidence: number): Interval | null {
  requireProportion(successes, n, confidence);
  if (n === 0) return null;
  const z = normalQuantile((1 + confidence) / 2);
  const size = n + z * z;
  const centre = (successes + (z * z) / 2) / size;
  const reach = z * Math.sqrt((centre * (1 - centre)) / size);
  return { low: Math.max(0, centre - reach), high: Math.min(1, centre + reach), confidence, method: 'Agresti-Coull' };
}

/**
 * The equal-tailed credible interval under Jeffreys' prior, Beta(1/2, 1/2) (Brown, Cai and DasGupta 2001). With all or
 * none passed it does not contain the estimate. Null for n = 0.
 */
export function jeffreys(successes: number, n: number, confidence: number): Interval | null {
  requireProportion(successes, n, confidence);
  if (n === 0) return null;
  const tail = (1 - confidence) / 2;
  const quantile = (p: number): number => betaQuantile(p, successes + 0.5, n - successes + 0.5);
  return { low: quantile(tail), high: quantile(1 - tail), confidence, method: 'Jeffreys' };
}

function requireProportion(successes: number, n: number, confidence: number): void {
  requireCount(n, 'n');
  requireCount(successes, 'successes');
  requireLevel(confidence, 'confidence');
  if (successes > n) throw new RangeError(`successes must be at most n, got ${successes} of ${n}`);
}
