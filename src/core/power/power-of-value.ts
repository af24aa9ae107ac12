import type { GateRule } from '../../model/gate.js';
import type { Sureness } from '../gates/gate-decision.js';
import { binomialAtMost } from '../stats/binomial.js';
import { twoSided } from '../stats/interval.js';
import { normalCdf, normalQuantile } from '../stats/normal.js';
import { pairedTPower } from '../stats/power.js';
import { clopperPearson } from '../stats/proportion.js';
import type { Noise } from './noise.js';
import type { Size } from './size.js';

/**
 * The chance that a gate on a value fails, by how far beyond its threshold the true value is; null when no formula is
 * known for its statistic. Yes or no: how many passing answers the exact bound proves too few, and the binomial chance of
 * so few; the trials of a case are worth as many independent ones as the noise says. Means: Student's t.
 */
export function chanceAtValue(
  rule: GateRule,
  size: Size,
  noise: Noise,
  sureness: Sureness,
): ((shortfall: number) => number) | null {
  if ((rule.stat !== 'mean' && rule.stat !== 'rate') || rule.calibration?.correct) return null;
  const alpha = (1 - sureness.confidence) / sureness.looks / sureness.share;
  // What cannot be told apart is taken for differences between cases, which further trials do not even out
  const [cases, trials] = noise.apart ? [noise.cases, noise.trials] : [noise.cases + noise.trials, 0];
  const perCase = (rule.inference === 'suite' && size.trials > 1 && noise.apart ? 0 : cases) + trials / size.trials;
  if (noise.yesOrNo) {
    const single = noise.cases + noise.trials;
    const answers = Math.max(1, Math.round(single > 0 ? (size.cases * single) / perCase : size.cases));
    const threshold = rule.bound === 'min' ? rule.threshold : 1 - rule.threshold;
    const most = mostThatFail(threshold, answers, rule.decide === 'point' ? null : alpha);
    return (shortfall) => binomialAtMost(most, answers, Math.min(1, Math.max(0, threshold - shortfall)));
  }
  const error = Math.sqrt(Math.max(1e-18, perCase) / size.cases);
  if (rule.decide === 'point') return (shortfall) => normalCdf(shortfall / error);
  if (size.cases < 2) return null;
  if (size.cases > 200) return (shortfall) => normalCdf(shortfall / error - normalQuantile(1 - alpha));
  return (shortfall) =>
    shortfall / error > 30 ? 1 : pairedTPower(size.cases, shortfall / error / Math.sqrt(size.cases), alpha, 1);
}

/** The largest number of passing answers with which the gate fails; -1 when it fails with none. */
function mostThatFail(threshold: number, answers: number, alpha: number | null): number {
  const fails = (passing: number) =>
    passing / answers < threshold - 1e-9 &&
    (alpha === null || (clopperPearson(passing, answers, twoSided(1 - alpha))?.high ?? 1) < threshold - 1e-9);
  let [most, misses] = [-1, answers + 1];
  while (misses - most > 1) {
    const middle = Math.floor((most + misses) / 2);
    if (middle <= answers && fails(middle)) most = middle;
    else misses = middle;
  }
  return most;
}
