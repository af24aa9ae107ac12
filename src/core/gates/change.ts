import { statisticOverCases } from '../scores/case-statistic.js';
import type { Bounds } from '../scores/statistic.js';
import type { Interval } from '../stats/interval.js';
import { type CasePair, type ChangeQuestion, chooseMethod } from './change-methods.js';

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
  readonly p: () => number | null;
  /** Cases that were compared. */
  readonly cases: number;
}

/** Compares a statistic over pairs of cases. Null without pairs, and for a share of nothing. */
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
    bounds: (confidence) => turn(method.interval(confidence), sign, reach(question)),
    p: method.p,
    cases: pairs.length,
  };
}

/** By how much a statistic can change at most: methods that know nothing of fractions may say more. */
function reach({ unit, stat, relative }: ChangeQuestion): number {
  return unit === 'fraction' && stat !== 'sum' && !relative ? 1 : Number.POSITIVE_INFINITY;
}

/** The interval turned so that better is positive, within what is possible; an end that is not finite is none. */
function turn(interval: Interval | null, sign: 1 | -1, reach: number): Bounds | null {
  if (interval === null) return null;
  const limited = (end: number) => Math.min(reach, Math.max(-reach, sign * end));
  const ends = [interval.low, interval.high].map((end) => (Number.isFinite(end) ? limited(end) : null));
  const [low = null, high = null] = sign === 1 ? ends : ends.reverse();
  const { confidence, method } = interval;
  return low === null && high === null ? null : { low, high, confidence, method };
}
