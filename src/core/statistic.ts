import type { Stat } from '../model/gate.js';
import type { ScoreSelection } from './score-table.js';
import { bootstrapSums } from './stats/bootstrap.js';
import type { Interval } from './stats/interval.js';
import { mean, sum, tInterval } from './stats/mean.js';
import { wilson } from './stats/proportion.js';
import { percentile, quantileBounds } from './stats/quantile.js';
import { addVectors } from './stats/vectors.js';

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
  corpus: {
    estimate: ({ corpus }) => {
      const value = corpus && corpus.statistics.length > 0 ? corpus.value(addVectors(corpus.statistics)) : null;
      return value !== null && Number.isFinite(value) ? value : null;
    },
    bounds: corpusBounds,
  },
};

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

/**
 * The value of the sums over cases drawn with replacement, a case with all its trials (Koehn, "Statistical significance
 * tests for machine translation evaluation", EMNLP 2004). Resamples that all give the same value, as of perfect answers,
 * show no spread, which is no certainty: they bound nothing.
 */
function corpusBounds({ corpus, cases }: ScoreSelection, confidence: number): Interval | null {
  if (!corpus) return null;
  const byCase = new Map<number, Float64Array[]>();
  for (const [index, statistics] of corpus.statistics.entries()) {
    const place = cases[index] ?? index;
    const trials = byCase.get(place);
    if (trials) trials.push(statistics);
    else byCase.set(place, [statistics]);
  }
  const value = (sums: readonly number[]) => corpus.value(sums) ?? Number.NaN;
  const interval = bootstrapSums([...byCase.values()].map(addVectors), value, {
    confidence,
    method: 'percentile',
    seed: 'corpus',
    resamples: 1_999,
  });
  return interval && interval.low < interval.high ? interval : null;
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
