import { requireProbability } from './checks.js';

const INVERSE_SQRT_TWO_PI = 0.3989422804014327;

// Rational approximations of W. J. Cody, "Rational Chebyshev approximations for the error function",
// Math. Comp. 23 (1969) 631-637, in the form for the normal distribution. Coefficients from the highest power down.
const CENTRE = [
  [0.06568233791820745, 2.2352520354606837, 161.02823106855587, 1067.6894854603709, 18154.98125334356],
  [1, 47.202581904688245, 976.0985517377767, 10260.932208618979, 45507.78933502673],
] as const;
const SHOULDER = [
  [
    1.0765576773720192e-8, 0.39894151208813466, 8.883149794388377, 93.50665613217785, 597.2702763948002,
    2494.5375852903726, 6848.190450536283, 11602.65143764735, 9842.714838383978,
  ],
  [
    1, 22.266688044328117, 235.387901782625, 1519.3775994075547, 6485.558298266761, 18615.571640885097,
    34900.95272114598, 38912.00328609327, 19685.429676859992,
  ],
] as const;
/**
 * P(Z <= z) for a standard normal Z, relative error about 1e-15 also in the far lower tail, so the upper tail is
 * `normalCdf(-z)`, never `1 - normalCdf(z)`. Method: Cody 1969, and a continued fraction in the far tail. NaN throws a RangeError.
 */
export function normalCdf(z: number): number {
  if (Number.isNaN(z)) throw new RangeError('z must be a number, got NaN');
  const size = Math.abs(z);
  if (size <= 0.67448975) return 0.5 + z * ratio(CENTRE, z * z);
  const tail = size <= Math.sqrt(32) ? splitExponential(size) * ratio(SHOULDER, size) : farTail(size);
  return z > 0 ? 1 - tail : tail;
}

/** Mills' ratio by its continued fraction, Abramowitz and Stegun 26.2.14: 60 levels are plenty beyond 5.6. */
function farTail(size: number): number {
  if (size > 39) return 0;
  let denominator = size;
  for (let level = 60; level >= 1; level -= 1) denominator = size + level / denominator;
  return (INVERSE_SQRT_TWO_PI * splitExponential(size)) / denominator;
}

/** exp(-z²/2) with z² split in two, as the rounding error of a large z² would show in the result. */
function splitExponential(z: number): number {
  const coarse = Math.trunc(z * 16) / 16;
  return Math.exp(-0.5 * coarse * coarse) * Math.exp(-0.5 * (z - coarse) * (z + coarse));
}

// M. J. Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Applied Statistics 37 (1988)
// 477-484, routine PPND16. Coefficients from the highest power down.
const QUANTILE_CENTRE = [
  [
    2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946, 1971.5909503065513,
    133.14166789178438, 3.3871328727963665,
  ],
  [
    5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751, 687.1870074920579,
    42.31333070160091, 1,
  ],
] as const;
const QUANTILE_SHOULDER = [
  [
    0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045,
    5.769497221460691, 4.630337846156546, 1.4234371107496835,
  ],
  [
    1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851,
    1.6763848301838038, 2.053191626637759, 1,
  ],
] as const;
const QUANTILE_TAIL = [
  [
    2.0103343992922881e-7, 0.000027115555687434876, 0.0012426609473880784, 0.026532189526576124, 0.29656057182850487,
    1.7848265399172913, 5.463784911164114, 6.657904643501103,
  ],
  [
    2.0442631033899397e-15, 1.421511758316446e-7, 0.000018463183175100548, 0.0007868691311456133, 0.014875361290850615,
    0.1369298809227358, 0.599832206555888, 1,
  ],
] as const;

/**
 * The z with P(Z <= z) = p, relative error about 1e-16 (Wichura 1988, AS 241). p = 0 gives -Infinity and p = 1 gives
 * Infinity; p outside of [0, 1] throws a RangeError.
 */
export function normalQuantile(p: number): number {
  requireProbability(p, 'p');
  if (p === 0) return Number.NEGATIVE_INFINITY;
  if (p === 1) return Number.POSITIVE_INFINITY;
  const centred = p - 0.5;
  if (Math.abs(centred) <= 0.425) return centred * ratio(QUANTILE_CENTRE, 0.180625 - centred * centred);
  const r = Math.sqrt(-Math.log(Math.min(p, 1 - p)));
  const size = r <= 5 ? ratio(QUANTILE_SHOULDER, r - 1.6) : ratio(QUANTILE_TAIL, r - 5);
  return centred < 0 ? -size : size;
}

function ratio([top, bottom]: readonly [readonly number[], readonly number[]], x: number): number {
  return polynomial(top, x) / polynomial(bottom, x);
}

function polynomial(coefficients: readonly number[], x: number): number {
  let value = 0;
  for (const coefficient of coefficients) value = value * x + coefficient;
  return value;
}
