import { requirePositive } from './checks.js';
import { normalCdf } from './normal.js';

/**
 * The log e-value against "the mean is at most 0" of a sum that behaves like a Brownian motion: `score` is the sum of what
 * was seen, each part over its variance, and `information` the sum of 1 / variance. The alternative is mixed over a
 * half-normal prior of positive means with standard deviation `reach`, so it is most sensitive to means of about that size.
 *
 * Source: the one-sided normal mixture of Howard, Ramdas, McAuliffe, Sekhon, "Time-uniform, nonparametric, nonasymptotic
 * confidence sequences", Annals of Statistics 49 (2021), proposition 6, and Robbins 1970. With estimated variances it is
 * an asymptotic confidence sequence (Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas, "Time-uniform central limit theory and
 * asymptotic confidence sequences", Annals of Statistics 52 (2024)): valid at every look once enough values have come for
 * the central limit theorem, given finite variances. 0 without information.
 */
export function normalMixtureLogE(score: number, information: number, reach: number): number {
  requirePositive(reach, 'reach');
  if (!(information > 0)) return 0;
  const prior = 1 / reach ** 2;
  const z = score / Math.sqrt(information + prior);
  return Math.LN2 + Math.log(prior / (information + prior)) / 2 + logScaledTail(z);
}

/** log(Φ(z) exp(z² / 2)). Far down Φ is 0 in doubles, and the first term of its asymptotic series is as good. */
function logScaledTail(z: number): number {
  return z < -30 ? -Math.log(-z) - Math.log(2 * Math.PI) / 2 : z ** 2 / 2 + Math.log(normalCdf(z));
}
