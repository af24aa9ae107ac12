import { requirePositive, requireProbability } from './checks.js';
import { findZeroFrom } from './find-zero.js';
import { deviance, stirlingError } from './gamma.js';

const TINY = 1e-300;
const MAX_TERMS = 200_000;

/** The two tails of a distribution at one point; they sum to 1, and the smaller one keeps its relative precision. */
export type Tails = { readonly lower: number; readonly upper: number };

/**
 * The regularised incomplete beta function: lower = I_x(a, b) = P(X <= x) for X ~ Beta(a, b), upper = 1 - lower. Pass
 * `complement` = 1 - x when it is known more precisely than the subtraction gives. Relative error of the smaller tail
 * about 1e-13. a and b must be above 0 and x in [0, 1], otherwise a RangeError.
 *
 * Method: the continued fraction of Didonato and Morris, ACM TOMS 18 (1992) 360-373, with
 * I_x(a, b) = 1 - I_(1-x)(b, a) beyond the mean; it takes about √max(a, b) terms at worst.
 */
export function betaTails(x: number, a: number, b: number, complement: number = 1 - x): Tails {
  requireProbability(x, 'x');
  requirePositive(a, 'a');
  requirePositive(b, 'b');
  if (x === 0) return { lower: 0, upper: 1 };
  if (complement === 0) return { lower: 1, upper: 0 };
  const weight = betaWeight(x, complement, a, b);
  if (x <= (a + 1) / (a + b + 2)) {
    const lower = clampToUnit(weight / continuedFraction(x, complement, a, b));
    return { lower, upper: 1 - lower };
  }
  const upper = clampToUnit(weight / continuedFraction(complement, x, b, a));
  return { lower: 1 - upper, upper };
}

/** x^a y^b / B(a, b) for x + y = 1, by the saddle-point expansion of Loader 2000: no large logarithms cancel. */
function betaWeight(x: number, y: number, a: number, b: number): number {
  const n = a + b;
  const exponent = stirlingError(n) - stirlingError(a) - stirlingError(b) - deviance(a, n * x) - deviance(b, n * y);
  return Math.exp(exponent) * Math.sqrt(((a / n) * b) / (2 * Math.PI));
}

/**
 * The continued fraction f with I_x(a, b) = x^a y^b / (B(a, b) f), by the modified Lentz algorithm (Thompson and Barnett
 * 1986). In this form x and y enter through a y - b x only, which keeps its digits when x is very near 1.
 */
function continuedFraction(x: number, y: number, a: number, b: number): number {
  const distance = a * y - b * x + 1;
  let value = awayFromZero((a * distance) / (a + 1));
  let c = value;
  let d = 0;
  for (let m = 1; m < MAX_TERMS; m += 1) {
    const step = a + 2 * m - 1;
    const top = ((a + m - 1) / step) * ((a + b + m - 1) / step) * m * (b - m) * x * x;
    const bottom = m + (m * (b - m) * x) / step + ((a + m) * (distance + m * (1 + y))) / (step + 2);
    d = 1 / awayFromZero(bottom + top * d);
    c = awayFromZero(bottom + top / c);
    const change = c * d;
    value *= change;
    if (Math.abs(change - 1) < 1e-15) break;
  }
  return value;
}

/**
 * The x with I_x(a, b) = p. p = 0 gives 0 and p = 1 gives 1. Solved for the logit of x on the logarithm of the smaller
 * tail, where the function is nearly straight, so that tiny and nearly-1 roots keep their precision.
 */
export function betaQuantile(p: number, a: number, b: number): number {
  requireProbability(p, 'p');
  requirePositive(a, 'a');
  requirePositive(b, 'b');
  if (p === 0 || p === 1) return p;
  const isLower = p <= 0.5;
  const target = Math.log(isLower ? p : 1 - p);
  const excess = (logit: number): number => {
    const tails = betaTails(1 / (1 + Math.exp(-logit)), a, b, 1 / (1 + Math.exp(logit)));
    return Math.log(Math.max(isLower ? tails.lower : tails.upper, Number.MIN_VALUE)) - target;
  };
  const logit = findZeroFrom(excess, Math.log(a / b), 4 * Math.sqrt(1 / a + 1 / b));
  return 1 / (1 + Math.exp(-logit));
}

function awayFromZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}

function clampToUnit(value: number): number {
  return Math.min(1, Math.max(0, value));
}
