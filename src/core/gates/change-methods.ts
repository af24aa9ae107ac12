import type { GateRule, Stat } from '../../model/gate.js';
import {
  average,
  type CaseScores,
  QUANTILES,
  statisticOverCases,
  valueOfCase,
  valuesOfStat,
} from '../scores/case-statistic.js';
import { bootstrapInterval } from '../stats/bootstrap.js';
import {
  clusterCorrelation,
  clusteredInterval,
  effectiveSize,
  groupByCluster,
  stratifiedError,
} from '../stats/clusters.js';
import type { Interval } from '../stats/interval.js';
import { mcnemar } from '../stats/mcnemar.js';
import { mean, tIntervalAround } from '../stats/mean.js';
import { type Bounded, boundDifference, boundRatio } from '../stats/mover.js';
import { normalQuantile } from '../stats/normal.js';
import { pairedDifference } from '../stats/paired.js';
import { wilsonOfSize } from '../stats/proportion.js';
import { tieSizes } from '../stats/ranks.js';
import { signFlipInterval, signFlipTest } from '../stats/sign-flip.js';
import { skewInterval } from '../stats/skewness.js';

/** A case that both runs have. */
export interface CasePair {
  readonly case: string;
  /** Cases with the same cluster are alike. */
  readonly cluster: string | number;
  readonly before: CaseScores;
  readonly now: CaseScores;
}

/** What is compared, and how. */
export type ChangeQuestion = Pick<GateRule, 'stat' | 'unit' | 'better' | 'inference'> & {
  /** As a share of what it was before. */
  readonly relative: boolean;
  /** Whether cases share answers, so that their trials are not independent. */
  readonly shared?: boolean;
  readonly seed: string;
};

/** A bootstrap is not to be trusted with fewer clusters, */
const FEWEST_TO_RESAMPLE = 8;
/** nor for a quantile with fewer clusters beyond it: it never draws anything larger than what was seen. */
const FEWEST_BEYOND = 2;
/** Up to this many clusters the exact sign-flip test stands in for t, which trusts in a normal mean. */
const MOST_TO_FLIP = 16;

/** An interval of now - before, or of (now - before) / |before| when the question is relative. */
export interface Method {
  readonly interval: (confidence: number) => Interval | null;
  /** Computed when it is asked for: gates decide by the interval. */
  readonly p: () => number | null;
}

/**
 * The method follows from the data: shares of yes/no trials by what cases gained and lost; other scores by the case means,
 * with exact sign-flips when there are few clusters, else cluster-robust t; quantiles by a bootstrap over clusters. A
 * relative question asks for the ratio, by Fieller's method.
 */
export function chooseMethod(pairs: readonly CasePair[], question: ChangeQuestion): Method {
  const { stat, unit, relative, inference, shared = false, seed } = question;
  const perCase = valueOfCase(stat);
  if (perCase === null) return byBootstrap(pairs, question);
  const before = pairs.map((pair) => perCase(pair.before) ?? Number.NaN);
  const now = pairs.map((pair) => perCase(pair.now) ?? Number.NaN);
  const clusters = pairs.map(({ cluster }) => cluster);
  const means: CaseMeans = { before, now, clusters, fractions: unit === 'fraction', relative, seed };
  const within = inference === 'suite' && !shared && unit === 'fraction' ? byTrials(pairs, stat, relative) : null;
  if (within !== null) return within;
  if (unit === 'fraction' && (stat === 'mean' || stat === 'rate')) {
    const trials = (side: 'before' | 'now') => pairs.flatMap((pair) => valuesOfStat(pair[side], stat));
    const samples = { before: trials('before'), now: trials('now') };
    if ([...samples.before, ...samples.now].every((value) => value === 0 || value === 1)) {
      return byShares(means, samples.before.length, samples.now.length);
    }
  }
  return relative ? byRatio(means) : byCaseMeans(means);
}

/** One value a case before and now. */
interface CaseMeans {
  readonly before: readonly number[];
  readonly now: readonly number[];
  readonly clusters: readonly (string | number)[];
  readonly fractions: boolean;
  readonly relative: boolean;
  readonly seed: string;
}

/**
 * Shares of yes/no trials. What cases gained and what they lost are two means, each with Wilson's interval at its effective
 * size; the change is the one less the other. The intervals of the two rates themselves would not do: their correlation is
 * taken from the data, which have none of it to spare when hardly any case differs.
 */
function byShares(means: CaseMeans, trialsBefore: number, trialsNow: number): Method {
  const { before, now, clusters, relative } = means;
  const differences = subtract(now, before);
  const gains = differences.map((value) => Math.max(value, 0));
  const losses = differences.map((value) => Math.max(-value, 0));
  const trials = Math.max(trialsBefore, trialsNow);
  const compare = (
    of: readonly number[],
    to: readonly number[],
    most: readonly [number, number],
    confidence: number,
  ) => {
    const first = rateWithin(of, clusters, most[0], confidence);
    const second = rateWithin(to, clusters, most[1], confidence);
    return first && second && ([first, second, clusterCorrelation(of, to, clusters)] as const);
  };
  const single = before.length === trials && new Set(clusters).size === trials;
  return {
    interval: (confidence) => {
      const parts = compare(gains, losses, [trials, trials], confidence);
      if (parts === null) return null;
      const change = together(...parts, false, confidence, 'gains and losses (Newcombe)');
      if (!relative) return change;
      const rates = compare(now, before, [trialsNow, trialsBefore], confidence);
      const usual = mean(before) ?? Number.NaN;
      return rates && widen(together(...rates, true, confidence, 'Fieller'), change.low / usual, change.high / usual);
    },
    p: () => (single ? mcnemarOf(differences) : flip(means).pTwoSided),
  };
}

/** A mean of fractions with Wilson's interval; null below two clusters. */
function rateWithin(
  values: readonly number[],
  clusters: CaseMeans['clusters'],
  trials: number,
  confidence: number,
): Bounded | null {
  const size = effectiveSize(values, clusters, confidence, trials);
  const estimate = mean(values);
  return size === null || estimate === null ? null : { ...wilsonOfSize(estimate, size, confidence), estimate };
}

function mcnemarOf(differences: readonly number[]): number {
  return mcnemar(differences.filter((value) => value > 0).length, differences.filter((value) => value < 0).length)
    .exact;
}

function subtract(now: readonly number[], before: readonly number[]): number[] {
  return now.map((value, index) => value - (before[index] ?? Number.NaN));
}

/** Only the trials are noise: that of both runs adds up. Null when a case has too few trials to show any. */
function byTrials(pairs: readonly CasePair[], stat: Stat, relative: boolean): Method | null {
  if (stat !== 'mean' && stat !== 'rate') return null;
  const noise = (side: 'before' | 'now') => {
    const rows = pairs.flatMap((pair) => valuesOfStat(pair[side], stat).map((value) => ({ value, name: pair.case })));
    const values = rows.map(({ value }) => value);
    const strata = rows.map(({ name }) => name);
    const estimate = mean(pairs.map((pair) => average(pair[side], stat))) ?? Number.NaN;
    const found = stratifiedError(values, strata, 1);
    return found && { ...found, estimate };
  };
  const [first, second] = [noise('now'), noise('before')];
  if (first === null || second === null) return null;
  // Welch's degrees of freedom
  const degrees =
    (first.error ** 2 + second.error ** 2) ** 2 /
    (first.error ** 4 / first.degrees + second.error ** 4 / second.degrees);
  return {
    interval: (confidence) => {
      const side = ({ estimate, error }: typeof first) => ({
        ...tIntervalAround(estimate, error, degrees, confidence, 't'),
        estimate,
      });
      return together(side(first), side(second), 0, relative, confidence, 't within cases');
    },
    p: () => null,
  };
}

function byCaseMeans({ before, now, clusters, fractions, seed }: CaseMeans): Method {
  const differences = subtract(now, before);
  const count = new Set(clusters).size;
  const few = count === differences.length && count <= MOST_TO_FLIP;
  const least = fractions ? leastError(differences, count) : 0;
  return {
    interval: (confidence) => {
      const t = skewInterval(differences, clusters, confidence);
      const flipped = few ? signFlipInterval(differences, confidence) : t;
      if (flipped === null) return null;
      const reach = least * normalQuantile((1 + confidence) / 2);
      return widen(
        t ? widen(flipped, t.low, t.high) : flipped,
        (mean(differences) ?? 0) - reach,
        (mean(differences) ?? 0) + reach,
      );
    },
    p: () =>
      few
        ? flip({ before, now, clusters, seed }).pTwoSided
        : (pairedDifference(now, before, clusters)?.pTwoSided ?? null),
  };
}

/** The ratio of the means, from t bounds of each. */
function byRatio(means: CaseMeans): Method {
  const { before, now, clusters, fractions } = means;
  const correlation = clusterCorrelation(now, before, clusters);
  const side = (values: readonly number[], confidence: number): Bounded | null => {
    const interval = clusteredInterval(values, clusters, confidence);
    return interval && { ...interval, estimate: mean(values) ?? Number.NaN };
  };
  return {
    interval: (confidence) => {
      const [first, second] = [side(now, confidence), side(before, confidence)];
      const interval = first && second && together(first, second, correlation, true, confidence, 'Fieller');
      if (!interval || !second) return null;
      const change = ((mean(now) ?? Number.NaN) - second.estimate) / Math.abs(second.estimate);
      const error = fractions ? leastError(subtract(now, before), new Set(clusters).size) : 0;
      const reach = (error / Math.abs(second.estimate)) * normalQuantile((1 + confidence) / 2);
      return widen(interval, change - reach, change + reach);
    },
    p: () => flip(means).pTwoSided,
  };
}

/**
 * Differences of fractions that are all alike show no spread, which is no certainty: then the error is at least that of
 * half a difference. The more they differ, the less it takes: it is the share that is alike.
 */
function leastError(differences: readonly number[], clusters: number): number {
  const alike = Math.max(0, ...tieSizes(differences.map((value) => Number(value.toFixed(9)))));
  return (Math.sqrt(0.5) * alike) / Math.max(1, clusters * differences.length);
}

function byBootstrap(pairs: readonly CasePair[], { stat, relative, seed }: ChangeQuestion): Method {
  const statistic = statisticOverCases(stat);
  const groups = groupByCluster(
    pairs,
    pairs.map(({ cluster }) => cluster),
  );
  const level = QUANTILES[stat] ?? Number.NaN;
  const beyond = groups.length * Math.min(level, 1 - level) + 1e-9;
  const difference = (sample: readonly CasePair[]) => {
    const before = statistic(sample.map((pair) => pair.before)) ?? Number.NaN;
    const now = statistic(sample.map((pair) => pair.now)) ?? Number.NaN;
    return relative ? (now - before) / Math.abs(before) : now - before;
  };
  return {
    interval: (confidence) => {
      if (groups.length < FEWEST_TO_RESAMPLE || !(beyond >= FEWEST_BEYOND)) return null;
      const options = { confidence, method: 'percentile', seed, resamples: 1_999 } as const;
      const interval = bootstrapInterval(groups, difference, options);
      return interval && { ...interval, method: relative ? 'bootstrap of the ratio' : 'bootstrap' };
    },
    p: () => null,
  };
}

function flip({ before, now, clusters, seed }: Omit<CaseMeans, 'fractions' | 'relative'>) {
  const differences = subtract(now, before);
  return signFlipTest(differences, { clusters, seed });
}

/** The interval of the difference of two sides, or of their ratio less 1. */
function together(
  now: Bounded,
  before: Bounded,
  correlation: number,
  relative: boolean,
  confidence: number,
  method: string,
): Interval {
  if (!relative) return { ...boundDifference(now, before, correlation), confidence, method };
  // The ratio is taken of what is above 0: a share of a negative mean is one of its size
  const [first, second] = before.estimate > 0 ? [now, before] : [mirror(now), mirror(before)];
  const { low, high } = boundRatio(first, second, correlation);
  const share = {
    low: low - 1,
    high: high - 1,
    confidence,
    method: method === 'Fieller' ? method : `${method}, Fieller`,
  };
  return before.estimate > 0 ? share : { ...share, low: -share.high, high: -share.low };
}

function mirror({ estimate, low, high }: Bounded): Bounded {
  return { estimate: -estimate, low: -high, high: -low };
}

function widen(interval: Interval, low: number, high: number): Interval {
  return { ...interval, low: Math.min(interval.low, low), high: Math.max(interval.high, high) };
}
