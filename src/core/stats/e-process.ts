import { betaTails } from './beta.js';
import { requireCount, requireLevel, requirePositive, requireProbability } from './checks.js';
import { logBeta } from './gamma.js';

/**
 * The e-process of a pass rate against a null hypothesis: after each outcome, the likelihood ratio of `alternativeRate` to
 * `nullRate`. With alternativeRate < nullRate it tests "the rate is at least nullRate", with the order reversed "at most".
 * Look as often as you like and stop when you like: under the null it ever reaches 1 / alpha with probability at most
 * alpha (Ville 1939; Ramdas et al., "Game-theoretic statistics and safe anytime-valid inference", 2023).
 */
export function bernoulliEProcess(outcomes: readonly boolean[], nullRate: number, alternativeRate: number): number[] {
  requireLevel(nullRate, 'nullRate');
  requireProbability(alternativeRate, 'alternativeRate');
  const success = alternativeRate / nullRate;
  const failure = (1 - alternativeRate) / (1 - nullRate);
  let e = 1;
  return outcomes.map((passed) => {
    e *= passed ? success : failure;
    return e;
  });
}

/** The prior of the alternative, Beta(a, b), and which rates are alternatives to the null rate. */
export type MixtureOptions = {
  readonly a?: number;
  readonly b?: number;
  /** `both` tests "the rate is nullRate"; `below` "it is at least nullRate"; `above` "it is at most nullRate". */
  readonly side?: 'both' | 'below' | 'above';
};

/**
 * The e-value of a pass rate with the alternative mixed over a Beta(a, b) prior, uniform unless told, cut to the side of
 * the alternative: the beta-binomial likelihood over the likelihood of `nullRate` (Robbins 1970). No alternative has to
 * be chosen, and as for `bernoulliEProcess` it is valid at any stopping time. Returns the logarithm, as e may overflow;
 * reject when it reaches log(1 / alpha). 0 without data.
 */
export function mixtureLogE(successes: number, n: number, nullRate: number, options: MixtureOptions = {}): number {
  requireCount(n, 'n');
  requireCount(successes, 'successes');
  requireLevel(nullRate, 'nullRate');
  const { a = 1, b = 1, side = 'both' } = options;
  requirePositive(a, 'a');
  requirePositive(b, 'b');
  if (successes > n) throw new RangeError(`successes must be at most n, got ${successes} of ${n}`);
  if (n === 0) return 0;
  const failures = n - successes;
  const mixture = logBeta(a + successes, b + failures) - logBeta(a, b);
  const cut = logShare(a + successes, b + failures, nullRate, side) - logShare(a, b, nullRate, side);
  return mixture + cut - successes * Math.log(nullRate) - failures * Math.log1p(-nullRate);
}

/** The log of the share of a Beta(a, b) on the side of the alternative. */
function logShare(a: number, b: number, rate: number, side: 'both' | 'below' | 'above'): number {
  if (side === 'both') return 0;
  const tails = betaTails(rate, a, b);
  return Math.log(side === 'below' ? tails.lower : tails.upper);
}
