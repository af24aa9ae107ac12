import type { GateRule, Stat } from '../model/gate.js';
import type { Bounds } from './statistic.js';
import { bootstrapInterval, bootstrapRatio } from './stats/bootstrap.js';
import { groupByCluster, stratifiedError } from './stats/clusters.js';
import type { Interval } from './stats/interval.js';
import { mcnemar } from './stats/mcnemar.js';
import { mean, sum, tIntervalAround } from './stats/mean.js';
import { newcombePaired } from './stats/newcombe.js';
import { normalQuantile } from './stats/normal.js';
import { pairedDifference, pairedInterval } from './stats/paired.js';
import { passAtK, passHatK } from './stats/pass-at-k.js';
import { percentile } from './stats/quantile.js';
import { signFlipInterval, signFlipTest } from './stats/sign-flip.js';

/** The scores of one case under one metric: one a trial. */
export interface CaseScores {
  readonly values: readonly number[];
  /** Whether each met its mark; null where there is none. */
  readonly passed: readonly (boolean | null)[];
}

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
  readonly seed: string;
};

/** How a statistic changed over the cases that both runs have. Better is positive, whichever way the metric points. */
export interface Change {
  /** The statistic before and now, over the paired cases. */
  readonly before: number;
  readonly now: number;
  /** now - before turned so that better is positive; a share of `before` when that was asked. */
  readonly estimate: number;
  /** The interval of the change at a two-sided confidence; null when the pairs are too few to bound anything. */
  readonly bounds: (confidence: number) => Bounds | null;
  /** Two-sided p value of "nothing changed"; null when it cannot be had. */
  readonly p: number | null;
  /** Cases that were compared. */
  readonly cases: number;
}

/** Below this many clusters a bootstrap is not to be trusted (its intervals are too narrow). */
const FEWEST_TO_RESAMPLE = 8;
/** Up to this many clusters the exact sign-flip test stands in for t, which trusts in a normal mean. */
const MOST_TO_FLIP = 16;

/**
 * Compares a statistic over pairs of cases. The method follows from the data: yes/no scores of one trial each by
 * Newcombe's interval for paired proportions and McNemar's exact test; times, costs and quantiles by a bootstrap over
 * clusters (of the ratio, when the question is relative); all else by the case means: exact sign-flip when there are few
 * clusters, cluster-robust t otherwise. Null without pairs, and for a share of nothing.
 */
export function measureChange(pairs: readonly CasePair[], question: ChangeQuestion): Change | null {
  const sign = question.better === 'higher' ? 1 : -1;
  const statistic = statisticOverCases(question.stat);
  const before = statistic(pairs.map((pair) => pair.before));
  const now = statistic(pairs.map((pair) => pair.now));
  if (before === null || now === null || (question.relative && before === 0)) return null;
  const scale = question.relative ? Math.abs(before) : 1;
  const method = chooseMethod(pairs, question);
  return {
    before,
    now,
    estimate: (sign * (now - before)) / scale,
    bounds: (confidence) => turn(method.interval(confidence), sign, method.ofRatio ? 1 : scale),
    p: method.p,
    cases: pairs.length,
  };
}

/** An interval of now - before (or of now / before - 1, when `ofRatio`). */
interface Method {
  readonly interval: (confidence: number) => Interval | null;
  readonly p: number | null;
  readonly ofRatio: boolean;
}

function chooseMethod(pairs: readonly CasePair[], question: ChangeQuestion): Method {
  const { stat, unit, relative, inference } = question;
  const perCase = valueOfCase(stat);
  if (perCase === null) return byBootstrap(pairs, question);
  const before = pairs.map((pair) => perCase(pair.before) ?? Number.NaN);
  const now = pairs.map((pair) => perCase(pair.now) ?? Number.NaN);
  const single = pairs.every((pair) => pair.before.values.length === 1 && pair.now.values.length === 1);
  const apart = new Set(pairs.map(({ cluster }) => cluster)).size === pairs.length;
  const yesOrNo = [...before, ...now].every((value) => value === 0 || value === 1);
  if (single && apart && yesOrNo) return byCounts(before, now);
  const within = inference === 'suite' && unit === 'fraction' ? byTrials(pairs, stat) : null;
  if (within !== null) return within;
  if (unit !== 'fraction' && unit !== 'number') {
    return relative ? byRatio(pairs, before, now, question.seed) : byBootstrap(pairs, question);
  }
  return byCaseMeans(pairs, before, now, unit === 'fraction' ? 1 : 0);
}

function byCounts(before: readonly number[], now: readonly number[]): Method {
  const count = (b: number, n: number) => before.filter((value, index) => value === b && now[index] === n).length;
  const counts = { both: count(1, 1), onlyFirst: count(0, 1), onlySecond: count(1, 0), neither: count(0, 0) };
  return {
    interval: (confidence) => newcombePaired(counts, confidence),
    p: mcnemar(counts.onlyFirst, counts.onlySecond).exact,
    ofRatio: false,
  };
}

/** Only the trials are noise: that of both runs adds up. Null when a case has too few trials to show any. */
function byTrials(pairs: readonly CasePair[], stat: Stat): Method | null {
  if (stat !== 'mean' && stat !== 'rate') return null;
  const noise = (side: 'before' | 'now') => {
    const rows = pairs.flatMap((pair) => samplesOf(pair[side], stat).map((value) => ({ value, name: pair.case })));
    return stratifiedError(
      rows.map(({ value }) => value),
      rows.map(({ name }) => name),
      1,
    );
  };
  const [first, second] = [noise('before'), noise('now')];
  if (first === null || second === null) return null;
  const difference = mean(pairs.map((pair) => average(pair.now, stat) - average(pair.before, stat))) ?? Number.NaN;
  const error = Math.hypot(first.error, second.error);
  return {
    interval: (confidence) =>
      tIntervalAround(difference, error, first.degrees + second.degrees, confidence, 't within cases'),
    p: null,
    ofRatio: false,
  };
}

function byCaseMeans(
  pairs: readonly CasePair[],
  before: readonly number[],
  now: readonly number[],
  range: number,
): Method {
  const clusters = pairs.map(({ cluster }) => cluster);
  const differences = now.map((value, index) => value - (before[index] ?? Number.NaN));
  const groups = groupByCluster(differences, clusters);
  const equal = groups.length === pairs.length;
  // Differences that are all alike show no spread, which is no certainty: at least that of half a difference
  const least = (range * Math.sqrt(0.5)) / Math.max(1, groups.length);
  const few = equal && groups.length <= MOST_TO_FLIP;
  return {
    interval: (confidence) => {
      const interval = few
        ? signFlipInterval(differences, confidence)
        : pairedInterval(now, before, confidence, equal ? undefined : clusters);
      return interval && widen(interval, mean(differences) ?? 0, least * normalQuantile((1 + confidence) / 2));
    },
    p: few
      ? signFlipTest(differences, { seed: 0 }).pTwoSided
      : (pairedDifference(now, before, equal ? undefined : clusters)?.pTwoSided ?? null),
    ofRatio: false,
  };
}

function byRatio(pairs: readonly CasePair[], before: readonly number[], now: readonly number[], seed: string): Method {
  const clusters = pairs.map(({ cluster }) => cluster);
  const places = groupByCluster([...pairs.keys()], clusters);
  const terms = places.map((own) => ({
    numerator: sum(own.map((index) => now[index] ?? Number.NaN)),
    denominator: sum(own.map((index) => before[index] ?? Number.NaN)),
  }));
  return {
    interval: (confidence) => {
      if (terms.length < FEWEST_TO_RESAMPLE) return null;
      const ratio = bootstrapRatio(terms, { confidence, method: 'BCa', seed });
      return ratio && { ...ratio, low: ratio.low - 1, high: ratio.high - 1, method: 'bootstrap of the ratio' };
    },
    p: signFlipTest(
      now.map((value, index) => value - (before[index] ?? Number.NaN)),
      { clusters, seed },
    ).pTwoSided,
    ofRatio: true,
  };
}

function byBootstrap(pairs: readonly CasePair[], { stat, relative, seed }: ChangeQuestion): Method {
  const statistic = statisticOverCases(stat);
  const groups = groupByCluster(
    pairs,
    pairs.map(({ cluster }) => cluster),
  );
  const difference = (sample: readonly CasePair[]) => {
    const before = statistic(sample.map((pair) => pair.before)) ?? Number.NaN;
    const now = statistic(sample.map((pair) => pair.now)) ?? Number.NaN;
    return relative ? now / before - 1 : now - before;
  };
  return {
    interval: (confidence) => {
      if (groups.length < FEWEST_TO_RESAMPLE) return null;
      const options = { confidence, method: 'percentile', seed, resamples: 1_999 } as const;
      const interval = bootstrapInterval(groups, difference, options);
      return interval && { ...interval, method: relative ? 'bootstrap of the ratio' : 'bootstrap' };
    },
    p: null,
    ofRatio: relative,
  };
}

/** The interval turned so that better is positive, in the unit of the question. */
function turn(interval: Interval | null, sign: 1 | -1, scale: number): Bounds | null {
  if (interval === null) return null;
  const ends = [interval.low / scale, interval.high / scale].map((end) => (Number.isFinite(end) ? sign * end : null));
  const [low = null, high = null] = sign === 1 ? ends : ends.reverse();
  return { ...interval, low, high };
}

function widen(interval: Interval, centre: number, reach: number): Interval {
  return {
    ...interval,
    low: Math.min(interval.low, centre - reach),
    high: Math.max(interval.high, centre + reach),
  };
}

/** The value that a case has on its own, so that the statistic is the mean of these; null when there is no such value. */
function valueOfCase(stat: Stat): ((scores: CaseScores) => number | null) | null {
  const [, which = '', k = ''] = /^pass([@^])(\d+)$/.exec(stat) ?? [];
  if (k !== '') {
    const estimate = which === '@' ? passAtK : passHatK;
    return ({ passed }) => estimate(passed.length, passed.filter(Boolean).length, Number(k));
  }
  return stat === 'mean' || stat === 'rate' ? (scores) => average(scores, stat) : null;
}

const QUANTILES: Readonly<Partial<Record<Stat, number>>> = { median: 0.5, p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 };

/** The statistic of some cases; null for none, and for a statistic that cannot be compared case by case. */
function statisticOverCases(stat: Stat): (cases: readonly CaseScores[]) => number | null {
  const perCase = valueOfCase(stat);
  if (perCase !== null) {
    return (cases) => {
      const values = cases.map(perCase);
      return values.includes(null) ? null : mean(values.map(Number));
    };
  }
  const p = QUANTILES[stat];
  return (cases) =>
    p === undefined
      ? null
      : percentile(
          cases.flatMap(({ values }) => values),
          p,
        );
}

function samplesOf({ values, passed }: CaseScores, stat: Stat): readonly number[] {
  return stat === 'rate' ? passed.map(Number) : values;
}

function average(scores: CaseScores, stat: Stat): number {
  return mean(samplesOf(scores, stat)) ?? Number.NaN;
}
