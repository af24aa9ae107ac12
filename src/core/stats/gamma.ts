import { requirePositive } from './checks.js';

const HALF_LOG_TWO_PI = 0.9189385332046728;
const LANCZOS_SHIFT = 607 / 128;
const LANCZOS = [
  57.15623566586292, -59.59796035547549, 14.136097974741746, -0.4919138160976202, 0.00003399464998481189,
  0.00004652362892704858, -0.00009837447530487956, 0.0001580887032249125, -0.00021026444172410488,
  0.00021743961811521265, -0.0001643181065367639, 0.00008441822398385275, -0.000026190838401581408,
  0.0000036899182659531625,
];

/**
 * log Γ(x) for x > 0, to about 1e-15: the Lanczos series with the coefficients of P. Godfrey, "A note on the computation
 * of the convergent Lanczos complex Gamma approximation" (2001), and Stirling's series from 16 on.
 */
export function logGamma(x: number): number {
  requirePositive(x, 'x');
  if (x >= 16) return (x - 0.5) * Math.log(x) - x + HALF_LOG_TWO_PI + stirlingError(x);
  let series = 0.9999999999999971;
  for (let index = 0; index < LANCZOS.length; index += 1) series += (LANCZOS[index] ?? 0) / (x + index + 1);
  const shifted = x + LANCZOS_SHIFT + 0.5;
  return (x + 0.5) * Math.log(shifted) - shifted + HALF_LOG_TWO_PI + Math.log(series / x);
}

/**
 * What Stirling's formula misses: log Γ(x + 1) - (x + 1/2) log x + x - log √(2π), for x > 0. Taken on its own it keeps
 * its digits where a difference of large log-gammas loses them (C. Loader, "Fast and accurate computation of binomial
 * probabilities", 2000). Series: Abramowitz and Stegun 6.1.41.
 */
export function stirlingError(x: number): number {
  if (x < 16) return logGamma(x + 1) - (x + 0.5) * Math.log(x) + x - HALF_LOG_TWO_PI;
  const s = 1 / (x * x);
  return (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s * (1 / 1188 - (s * 691) / 360360))))) / x;
}

/** log B(a, b) = log Γ(a) + log Γ(b) - log Γ(a + b) for a, b > 0, without the cancellation of large log-gammas. */
export function logBeta(a: number, b: number): number {
  requirePositive(a, 'a');
  requirePositive(b, 'b');
  const powers = -a * Math.log1p(b / a) - b * Math.log1p(a / b);
  const corrections = stirlingError(a) + stirlingError(b) - stirlingError(a + b);
  return HALF_LOG_TWO_PI + 0.5 * Math.log(1 / a + 1 / b) + powers + corrections;
}

/**
 * The deviance x log(x / m) + m - x for x, m > 0, by a series where x and m are close and the terms would cancel
 * (Loader 2000, function bd0).
 */
export function deviance(x: number, m: number): number {
  const difference = x - m;
  if (Math.abs(difference) >= 0.1 * (x + m)) return x * Math.log(x / m) + m - x;
  const v = difference / (x + m);
  let sum = difference * v;
  let term = 2 * x * v;
  for (let odd = 3; odd < 1000; odd += 2) {
    term *= v * v;
    const next = sum + term / odd;
    if (next === sum) break;
    sum = next;
  }
  return sum;
}
