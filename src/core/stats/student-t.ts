import { betaTails } from './beta.js';
import { requirePositive, requireProbability } from './checks.js';
import { findZeroFrom } from './find-zero.js';
import { normalQuantile } from './normal.js';

/**
 * P(T <= t) for Student's t with `degrees` > 0 degrees of freedom (any real number). The lower tail keeps its relative
 * precision, so the upper tail is `studentCdf(-t, degrees)`. Formula: Abramowitz and Stegun 26.7.1. ±Infinity is
 * allowed (a difference without any spread); NaN throws a RangeError.
 */
export function studentCdf(t: number, degrees: number): number {
  requirePositive(degrees, 'degrees');
  if (Number.isNaN(t)) throw new RangeError('t must be a number, got NaN');
  const tail = upperTail(Math.abs(t), degrees);
  return t > 0 ? 1 - tail : tail;
}

function upperTail(size: number, degrees: number): number {
  // 1 / (1 + t²/ν) and its complement, written so that neither overflows nor cancels
  const ratio = (size / degrees) * size;
  if (ratio === Number.POSITIVE_INFINITY) return 0;
  return 0.5 * betaTails(1 / (1 + ratio), degrees / 2, 0.5, ratio / (1 + ratio)).lower;
}

/**
 * The t with P(T <= t) = p. p = 0 gives -Infinity and p = 1 gives Infinity; p outside of [0, 1] throws a RangeError.
 * Solved for log t on the logarithm of the tail, which is nearly straight as the tail is a power of t.
 */
export function studentQuantile(p: number, degrees: number): number {
  requireProbability(p, 'p');
  requirePositive(degrees, 'degrees');
  if (p === 0) return Number.NEGATIVE_INFINITY;
  if (p === 1) return Number.POSITIVE_INFINITY;
  if (p === 0.5) return 0;
  const tail = Math.min(p, 1 - p);
  const target = Math.log(tail);
  const excess = (logT: number): number =>
    Math.log(Math.max(upperTail(Math.exp(logT), degrees), Number.MIN_VALUE)) - target;
  const size = Math.exp(findZeroFrom(excess, Math.log(-normalQuantile(tail)), 0.5));
  return p < 0.5 ? -size : size;
}
