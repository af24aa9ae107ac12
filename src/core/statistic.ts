import type { Calibration } from '../model/calibration.js';
import type { Stat } from '../model/gate.js';
import type { ScoreSelection } from './score-table.js';
import type { Interval } from './stats/interval.js';
import { type Estimate, roganGladen } from './stats/judge-correction.js';
import { mean, sum, tInterval } from './stats/mean.js';
import { wilson } from './stats/proportion.js';
import { percentile, quantileBounds } from './stats/quantile.js';

/** An interval whose ends may be unknown: few samples bound a p95 from below only. */
export type Bounds = { readonly [Key in keyof Interval]: Key extends 'low' | 'high' ? number | null : Interval[Key] };

/** A statistic of some scores, and its bounds at a two-sided confidence; null where no sound bounds are known. */
export interface Statistic {
  estimate(scores: ScoreSelection): number | null;
  bounds(scores: ScoreSelection, confidence: number): Bounds | null;
}

/** Every statistic a gate can name. */
export const STATISTICS: Readonly<Record<Stat, Statistic>> = {
  rate: {
    estimate: ({ passed }) => mean(passed.map(Number)),
    bounds: ({ passed }, confidence) => wilson(passed.filter(Boolean).length, passed.length, confidence),
  },
  mean: {
    estimate: ({ values }) => mean(values),
    bounds: ({ values }, confidence) => meanInterval(values, confidence),
  },
  sum: {
    estimate: ({ values }) => sum(values),
    bounds: ({ values }, confidence) => {
      const interval = meanInterval(values, confidence);
      const n = values.length;
      return interval && { ...interval, low: interval.low * n, high: interval.high * n };
    },
  },
  median: quantile(0.5),
  p50: quantile(0.5),
  p90: quantile(0.9),
  p95: quantile(0.95),
  p99: quantile(0.99),
  // The extreme of a sample says nothing sound about the extreme of what it was drawn from
  min: { estimate: ({ values }) => extreme(values, Math.min), bounds: () => null },
  max: { estimate: ({ values }) => extreme(values, Math.max), bounds: () => null },
};

/** The rate behind the errors of the metric that saw it; null when the metric is no better than chance. */
export function correctedRate({
  sensitivity,
  specificity,
}: Pick<Calibration, 'sensitivity' | 'specificity'>): Statistic {
  const correct = ({ passed }: ScoreSelection, confidence: number): Estimate | null => {
    const n = passed.length;
    if (n === 0 || sensitivity.n === 0 || specificity.n === 0) return null;
    const judged = {
      passRate: passed.filter(Boolean).length / n,
      n,
      sensitivity: sensitivity.hits / sensitivity.n,
      positives: sensitivity.n,
      specificity: specificity.hits / specificity.n,
      negatives: specificity.n,
    };
    return roganGladen(judged, confidence);
  };
  return {
    // The estimate is the same at any confidence
    estimate: (scores) => correct(scores, 0.9)?.estimate ?? null,
    bounds: (scores, confidence) => correct(scores, confidence)?.interval ?? null,
  };
}

/**
 * Zeros and ones are a proportion. Equal fractions show no variance, yet that is no certainty: values in [0, 1] never
 * vary more than zeros and ones with the same mean, so Wilson's interval, rounded outwards, is a safe one for them.
 */
function meanInterval(values: readonly number[], confidence: number): Interval | null {
  const total = sum(values);
  const n = values.length;
  const equalFractions = values.every((value) => value === values[0] && value >= 0 && value <= 1);
  if (!equalFractions && !values.every((value) => value === 0 || value === 1)) return tInterval(values, confidence);
  const low = wilson(Math.floor(total), n, confidence);
  const high = wilson(Math.min(n, Math.ceil(total)), n, confidence);
  return low && high && { ...low, high: high.high };
}

function quantile(p: number): Statistic {
  return {
    estimate: ({ values }) => percentile(values, p),
    bounds: ({ values }, confidence) => {
      const bounds = quantileBounds(values, p, confidence);
      return bounds.low === null && bounds.high === null ? null : { ...bounds, confidence, method: 'order statistics' };
    },
  };
}

function extreme(values: readonly number[], pick: (a: number, b: number) => number): number | null {
  return values.length === 0 ? null : values.reduce((a, b) => pick(a, b));
}
