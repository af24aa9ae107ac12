import { sum } from '../stats/mean.js';

/** A score of a judge, and how long what it looked at was: a stand-in for what kind of traffic it was. */
export interface JudgedScore {
  readonly value: number;
  readonly size: number;
}

/** Scores that are compared: so many at first, and as many by now. */
export const WATCHED = 100;
/** Of these that many alike are nearly constant. */
const ALIKE = 98;
/** Standard errors of a difference that chance does not make, though it is looked at after every hundred. */
const MOVED = 4;
/** Traffic that moved by as much has another mix, */
const MIX_MOVED = 2;
/** if that is a change of its length by a tenth: where all answers are of one length, any change is more than chance. */
const MIX_SHARE = 0.1;

/**
 * What a person should know of a judge by its first and its newest scores of the control, a release that has not changed: that
 * nearly all are alike, or that they have moved while the traffic has not. Null while there is nothing to say.
 */
export function watchJudge(first: readonly JudgedScore[], newest: readonly JudgedScore[]): string | null {
  if (newest.length < WATCHED) return null;
  const counts = new Map<number, number>();
  for (const { value } of newest) counts.set(value, (counts.get(value) ?? 0) + 1);
  const [[most, times] = [0, 0]] = [...counts].sort(([, a], [, b]) => b - a);
  if (times >= ALIKE)
    return `${times} of its last ${newest.length} scores are ${shown(most)}: it hardly tells answers apart`;
  if (first.length < WATCHED) return null;
  const values = distance(first.map(scoreOf), newest.map(scoreOf));
  if (Math.abs(values) < MOVED || hasOtherMix(first.map(sizeOf), newest.map(sizeOf))) return null;
  const [from, to] = [first, newest].map((scores) => shown(average(scores.map(scoreOf))));
  return `its mean of the control went from ${from} to ${to} while what it looks at stayed as long as it was: the judge may have changed`;
}

function hasOtherMix(first: readonly number[], newest: readonly number[]): boolean {
  const share = Math.abs(average(newest) - average(first));
  return Math.abs(distance(first, newest)) >= MIX_MOVED && share >= MIX_SHARE;
}

function scoreOf({ value }: JudgedScore): number {
  return value;
}

/** Lengths are skewed, their logarithms hardly. */
function sizeOf({ size }: JudgedScore): number {
  return Math.log1p(size);
}

/** How far two means are apart, in standard errors of their difference (Welch). */
function distance(one: readonly number[], other: readonly number[]): number {
  const error = Math.sqrt(errorOf(one) + errorOf(other));
  const moved = average(other) - average(one);
  return moved === 0 ? 0 : moved / Math.max(error, 1e-9);
}

function errorOf(values: readonly number[]): number {
  const middle = average(values);
  const squares = sum(values.map((value) => (value - middle) ** 2));
  return squares / (values.length - 1) / values.length;
}

function average(values: readonly number[]): number {
  return sum(values) / values.length;
}

function shown(value: number): string {
  return String(Number(value.toPrecision(3)));
}
