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
    bounds: (confidence) => turn(method.interval(confidence), sign, reach(question, before)),
    p: method.p,
    cases: pairs.length,
  };
}

/**
 * The lowest and the highest that a change can be: methods that know nothing of fractions, or that no time, cost or share is
 * below 0, may say more. Nothing falls by more than 100% of what it was.
 */
function reach({ unit, stat, relative }: ChangeQuestion, before: number): readonly [low: number, high: number] {
  if (relative) return unit === 'number' || before < 0 ? EVERYWHERE : [-1, Number.POSITIVE_INFINITY];
  return unit === 'fraction' && stat !== 'sum' ? [-1, 1] : EVERYWHERE;
}

const EVERYWHERE = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;

/** The interval within what is possible, turned so that better is positive; an end that is not finite is none. */
function turn(interval: Interval | null, sign: 1 | -1, [low, high]: readonly [number, number]): Bounds | null {
  if (interval === null) return null;
  const limited = (end: number) => (Number.isFinite(end) ? sign * Math.min(high, Math.max(low, end)) : null);
  const ends = [limited(interval.low), limited(interval.high)];
  const [worst = null, best = null] = sign === 1 ? ends : ends.reverse();
  const { confidence, method } = interval;
  return worst === null && best === null ? null : { low: worst, high: best, confidence, method };
}
