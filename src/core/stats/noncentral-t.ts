import { requireNumber, requirePositive } from './checks.js';
import { sum } from './mean.js';
import { normalCdf } from './normal.js';

const STEPS = 1_000;

/**
 * P(T <= t) for the noncentral t distribution with `degrees` > 0 degrees of freedom and noncentrality `shift`: what a t
 * statistic follows when there is a true effect, so what power is computed from. Absolute error about 1e-13.
 *
 * Method: the mean of Φ(t s - shift) over s = √(χ²/ν) (Johnson, Kotz and Balakrishnan, "Continuous univariate
 * distributions" 2, 1995, section 31.2), by the trapezoid rule in log s: the integrand falls off on both sides so fast
 * that the rule converges exponentially, and dividing by the sum of the weights does without the normalising constant.
 */
export function noncentralStudentCdf(t: number, degrees: number, shift: number): number {
  requireNumber(t, 't');
  requirePositive(degrees, 'degrees');
  requireNumber(shift, 'shift');
  // the log density of v = log s is ν (v - (e^2v - 1) / 2) up to a constant: below -38 outside of [low, high]
  const scale = Math.sqrt(40 / degrees);
  const low = -scale * (1 + scale);
  const high = Math.min(2.3, scale);
  const weights: number[] = [];
  const parts: number[] = [];
  for (let step = 0; step <= STEPS; step += 1) {
    const v = low + ((high - low) * step) / STEPS;
    const weight = Math.exp(degrees * (v - Math.expm1(2 * v) / 2));
    weights.push(weight);
    parts.push(weight * normalCdf(t * Math.exp(v) - shift));
  }
  return sum(parts) / sum(weights);
}
