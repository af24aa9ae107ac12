import type { GateRule } from '../../model/gate.js';
import type { Sureness } from '../gates/gate-decision.js';
import { sizeOfIndependent } from '../stats/clusters.js';
import { twoSided } from '../stats/interval.js';
import { boundDifference } from '../stats/mover.js';
import { normalCdf } from '../stats/normal.js';
import { pairedTPower } from '../stats/power.js';
import { wilsonOfSize } from '../stats/proportion.js';
import type { Noise } from './noise.js';
import type { Size } from './size.js';

/** As `measureChange` has it: what is few enough to flip signs. */
const MOST_TO_FLIP = 16;

/**
 * The chance that a gate on a change fails, by how much worse the statistic truly has become; null when no formula is
 * known for its statistic. It follows the methods of `measureChange`. Every case is taken to get worse alike: of yes/no
 * answers, each that passed breaks with the same chance. `smooth` leaves out that counts are whole, to look for numbers.
 */
export function chanceAtDrop(
  rule: GateRule,
  margin: number,
  size: Size,
  noise: Noise,
  sureness: Sureness,
  smooth: boolean,
): ((drop: number) => number) | null {
  const { cases, trials, before } = size;
  if (rule.stat !== 'mean' && rule.stat !== 'rate') return null;
  if (noise.yesOrNo && noise.level === 0) return null;
  const alpha = (1 - sureness.confidence) / sureness.looks / sureness.share;
  const errorAt = (drop: number) => Math.sqrt(Math.max(1e-18, varianceAt(drop, size, noise)) / cases);
  const past = (edge: number) => (drop: number) => normalCdf((drop - edge) / errorAt(drop));
  const asPoint = () => past(noise.yesOrNo && !smooth ? nextBetween(margin, cases * trials, trials) : margin);
  // Without a bound no change is proven
  const unbounded = () => 0;
  if (rule.decide === 'point') return asPoint();

  if (noise.yesOrNo && trials === 1 && before === 1) {
    if (cases < 2) return unbounded;
    const edge = edgeOfCounts(margin, cases, noise, alpha, smooth);
    return edge === null ? () => 0 : past(edge);
  }
  if (rule.inference === 'suite' && rule.unit === 'fraction' && trials > 1 && before > 1) {
    const degrees = cases * (trials - 1 + before - 1);
    const fixed = { ...noise, change: 0, cases: 0 };
    return (drop) => {
      const error = Math.sqrt(Math.max(1e-18, varianceAt(drop, size, fixed)) / cases);
      return powerOfT(degrees + 1, (drop - margin) / error, alpha);
    };
  }
  if (cases < 2 || (!noise.yesOrNo && cases <= MOST_TO_FLIP && 2 ** -cases > alpha)) return unbounded;
  return (drop) => powerOfT(cases, (drop - margin) / errorAt(drop), alpha);
}

/** The power of a one-sided t test for a shift of so many standard errors, with n - 1 degrees of freedom. */
function powerOfT(n: number, shift: number, alpha: number): number {
  return shift > 30 ? 1 : pairedTPower(n, shift / Math.sqrt(n), alpha, 1);
}

/** The variance of the difference that one case shows, when the true difference is -drop on average. */
function varianceAt(drop: number, { trials, before }: Size, noise: Noise): number {
  if (!noise.yesOrNo || noise.level === null) return noise.trials / before + noise.trials / trials + noise.change;
  const rest = keptShare(drop, noise.level);
  const side = drop >= 0 ? noise.level : 1 - noise.level;
  const now = rest * side - rest ** 2 * (side - noise.trials);
  return noise.trials / before + Math.max(0, now) / trials + (1 - rest) ** 2 * noise.cases + noise.change;
}

/** Of the answers that passed (failed, when it got better), the share that still do. */
function keptShare(drop: number, level: number): number {
  const share = drop >= 0 ? 1 - drop / level : 1 + drop / (1 - level);
  return Math.min(1, Math.max(0, share));
}

/**
 * The smallest observed drop at which the bound of gains and losses proves that it is beyond the margin, when pairs differ as often as
 * the noise says; half a count less, as counts are whole and the normal distribution is not. Null when no drop is enough.
 */
function edgeOfCounts(margin: number, cases: number, noise: Noise, alpha: number, smooth: boolean): number | null {
  const level = noise.level ?? 0.5;
  const confidence = twoSided(1 - alpha);
  const proven = (drop: number) => {
    if (drop <= margin + 1e-9) return false;
    const chance = keptShare(drop, level) * noise.trials;
    const losses = Math.min(1, chance + Math.max(0, drop));
    const gains = Math.min(1 - losses, chance + Math.max(0, -drop));
    const size = sizeOfIndependent(cases, confidence);
    const share = (rate: number) => ({ ...wilsonOfSize(rate, rate > 0 ? size : cases, confidence), estimate: rate });
    const scale = Math.sqrt((1 - gains) * (1 - losses));
    const correlation = scale > 0 ? -Math.sqrt(gains * losses) / scale : 0;
    return boundDifference(share(gains), share(losses), correlation).high < -margin - 1e-9;
  };
  if (!proven(level)) return null;
  let [miss, hit] = [margin, level];
  for (let step = 0; step < 40; step++) {
    const middle = (miss + hit) / 2;
    if (proven(middle)) hit = middle;
    else miss = middle;
  }
  return smooth ? hit : (Math.ceil(cases * hit - 1e-6) - 0.5) / cases;
}

/** The middle between the last count that meets a margin and the first that misses it, as a share. */
function nextBetween(margin: number, answers: number, trials: number): number {
  return trials > 1 ? margin : (Math.floor(answers * margin + 1e-6) + 0.5) / answers;
}
