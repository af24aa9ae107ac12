import { requireCount, requireLevel } from './checks.js';

/** Wald's test of a pass rate: `nullRate` against `alternativeRate`, with both error rates. */
export type SequentialPlan = {
  readonly nullRate: number;
  readonly alternativeRate: number;
  readonly alpha: number;
  readonly beta: number;
};

/** The log-likelihood ratio rises to `upper` to reject the null rate, and falls to `lower` to accept it. */
export type SequentialLimits = {
  readonly upper: number;
  readonly lower: number;
  readonly perSuccess: number;
  readonly perFailure: number;
};

/**
 * The limits of Wald's sequential probability ratio test and the steps towards them (Wald 1945): upper = log((1 - β) / α),
 * lower = log(β / (1 - α)). Throws a RangeError unless both rates are strictly between 0 and 1 and differ.
 */
export function planSequentialTest(plan: SequentialPlan): SequentialLimits {
  const { nullRate, alternativeRate, alpha, beta } = plan;
  requireLevel(nullRate, 'nullRate');
  requireLevel(alternativeRate, 'alternativeRate');
  requireLevel(alpha, 'alpha');
  requireLevel(beta, 'beta');
  if (nullRate === alternativeRate) throw new RangeError('nullRate and alternativeRate must differ');
  return {
    upper: Math.log((1 - beta) / alpha),
    lower: Math.log(beta / (1 - alpha)),
    perSuccess: Math.log(alternativeRate / nullRate),
    perFailure: Math.log((1 - alternativeRate) / (1 - nullRate)),
  };
}

/** What Wald's test says after so many successes and failures: `reject` or `accept` the null rate, or `continue`. */
export function decideSequentialTest(
  plan: SequentialPlan,
  successes: number,
  failures: number,
): 'reject' | 'accept' | 'continue' {
  requireCount(successes, 'successes');
  requireCount(failures, 'failures');
  const limits = planSequentialTest(plan);
  const ratio = successes * limits.perSuccess + failures * limits.perFailure;
  if (ratio >= limits.upper) return 'reject';
  return ratio <= limits.lower ? 'accept' : 'continue';
}
