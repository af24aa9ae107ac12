import type { Stat } from '../model/gate.js';
import type { ScoreSelection } from './score-table.js';
import type { Interval } from './stats/interval.js';
import { mean, tInterval } from './stats/mean.js';
import { wilson } from './stats/proportion.js';
import { percentile, quantileInterval } from './stats/quantile.js';

/** A statistic of some scores: its estimate, and the interval at a two-sided confidence where a sound one is known. */
export interface Statistic {
  estimate(scores: ScoreSelection): number;
  interval(scores: ScoreSelection, confidence: number): Interval | null;
}

/** Every statistic a gate can name. All are asked only for selections with at least one value. */
export const STATISTICS: Readonly<Record<Stat, Statistic>> = {
  rate: {
    estimate: ({ passed }) => successes(passed) / passed.length,
    interval: ({ passed }, confidence) => wilson(successes(passed), passed.length, confidence),
  },
  mean: {
    estimate: ({ values }) => mean(values),
    interval: ({ values }, confidence) => meanInterval(values, confidence),
  },
  sum: {
    estimate: ({ values }) => mean(values) * values.length,
    interval: ({ values }, confidence) => scale(meanInterval(values, confidence), values.length),
  },
  median: quantile(0.5),
  p50: quantile(0.5),
  p90: quantile(0.9),
  p95: quantile(0.95),
  p99: quantile(0.99),
  // The extreme of a sample says nothing sound about the extreme of what it was drawn from
  min: { estimate: ({ values }) => values.reduce((a, b) => Math.min(a, b)), interval: () => null },
  max: { estimate: ({ values }) => values.reduce((a, b) => Math.max(a, b)), interval: () => null },
};

/**
 * Zeros and ones are a proportion (Wilson). Equal fractions have no variance to estimate from, yet are no certainty: a
 * value in [0, 1] never varies more than zeros and ones with the same mean, so Wilson's interval is then a safe one.
 */
function meanInterval(values: readonly number[], confidence: number): Interval | null {
  const binary = values.every((value) => value === 0 || value === 1);
  const equalFractions = values.every((value) => value === values[0] && value >= 0 && value <= 1);
  if (binary || equalFractions) return wilson(mean(values) * values.length, values.length, confidence);
  return tInterval(values, confidence);
}

function quantile(p: number): Statistic {
  return {
    estimate: ({ values }) => percentile(values, p),
    interval: ({ values }, confidence) => quantileInterval(values, p, confidence),
  };
}

function scale(interval: Interval | null, factor: number): Interval | null {
  return interval && { ...interval, low: interval.low * factor, high: interval.high * factor };
}

function successes(passed: readonly (boolean | null)[]): number {
  return passed.filter(Boolean).length;
}
