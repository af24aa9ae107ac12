import type { GateRule } from '../../model/gate.js';
import type { Sureness } from '../gates/gate-decision.js';
import type { Noise } from './noise.js';
import { chanceAtDrop } from './power-of-change.js';
import { chanceAtValue } from './power-of-value.js';
import type { Size } from './size.js';

/** What a gate can see, and what is needed so that it sees its own margin. */
export interface GatePower {
  /**
   * Where the gate fails in 4 of 5 builds: the true value, or for a gate on a change the true change (better is positive;
   * a share of the baseline when the rule is relative). Null when no value does, or none can be told.
   */
  readonly failsAt: number | null;
  /** How far beyond its threshold that is. */
  readonly shortfall: number | null;
  /** Whether the shortfall is no more than the margin; null for gates on values, which have none, and when not known. */
  readonly seesMargin: boolean | null;
  /** Cases, and else trials of each case in both runs, with which it would see its margin; null when none are enough. */
  readonly casesNeeded: number | null;
  readonly trialsNeeded: number | null;
}

/** What gates should notice in this share of builds: 4 of 5. */
export const POWER = 0.8;

/** Where looking for a number that is enough ends. */
export const MOST_CASES = 1_000_000;
export const MOST_TRIALS = 100;
const UNKNOWN: GatePower = { failsAt: null, shortfall: null, seesMargin: null, casesNeeded: null, trialsNeeded: null };

/**
 * What a gate sees at these numbers. A gate on a change fails only when a drop beyond its margin is proven, so it sees its
 * own margin when it fails at twice the margin in 4 of 5 builds. As noise is alike on both sides, it then proves in as many
 * builds that nothing has changed. Null noise gives no figures: none are invented.
 */
export function powerOf(rule: GateRule, size: Size, noise: Noise | null, sureness: Sureness): GatePower {
  if (noise === null || size.cases === 0) return UNKNOWN;
  if (rule.change === null) return powerOfValue(rule, size, noise, sureness);
  const scale = rule.change.relative ? Math.abs(noise.level ?? 0) : 1;
  if (scale === 0) return UNKNOWN;
  const margin = -rule.threshold * scale;
  const chance = (own: Size, smooth = false) => chanceAtDrop(rule, margin, own, noise, sureness, smooth);
  const now = chance(size);
  if (now === null) return UNKNOWN;
  const most = margin + largestShortfall(rule, noise, margin, size);
  const drop = leastReaching(now, margin, most);
  const seen = margin + Math.abs(margin);
  const reachable = margin !== 0 && (!noise.yesOrNo || seen <= most);
  const reaches = (own: Size) => (chance(own, true)?.(seen) ?? 0) >= POWER;
  const sees = reachable ? now(seen) >= POWER : null;
  return {
    failsAt: drop === null ? null : -drop / scale,
    shortfall: drop === null ? null : (drop - margin) / scale,
    seesMargin: sees,
    casesNeeded:
      sees === false ? leastNumber(size.cases + 1, MOST_CASES, (cases) => reaches({ ...size, cases })) : null,
    trialsNeeded:
      sees === false && noise.apart
        ? leastNumber(size.trials + 1, MOST_TRIALS, (trials) => reaches({ ...size, trials, before: trials }))
        : null,
  };
}

/** The chance that a gate on a change fails when its statistic truly is worse by `drop`, in the unit of the rule. */
export function chanceToFail(
  rule: GateRule,
  drop: number,
  size: Size,
  noise: Noise,
  sureness: Sureness,
): number | null {
  const scale = rule.change?.relative ? Math.abs(noise.level ?? 0) : 1;
  return chanceAtDrop(rule, -rule.threshold * scale, size, noise, sureness, false)?.(drop * scale) ?? null;
}

function powerOfValue(rule: GateRule, size: Size, noise: Noise, sureness: Sureness): GatePower {
  const chance = chanceAtValue(rule, size, noise, sureness);
  if (chance === null) return UNKNOWN;
  const { threshold, bound, unit } = rule;
  const room =
    unit === 'fraction' ? (bound === 'min' ? threshold : 1 - threshold) : 1e3 * Math.sqrt(noise.trials + noise.cases);
  const shortfall = leastReaching(chance, 0, room);
  if (shortfall === null) return UNKNOWN;
  return { ...UNKNOWN, shortfall, failsAt: bound === 'min' ? threshold - shortfall : threshold + shortfall };
}

/** How far a score can fall below what the rule allows. */
function largestShortfall(rule: GateRule, noise: Noise, margin: number, { cases }: Size): number {
  if (noise.yesOrNo && noise.level !== null) return noise.level - margin;
  if (rule.unit === 'fraction') return Math.max(0, 1 - margin);
  return 100 * Math.sqrt((noise.trials + noise.change) / cases);
}

/** The least x between the ends at which a rising chance reaches the power; null when it does not. */
function leastReaching(chance: (x: number) => number, low: number, high: number): number | null {
  if (!(high >= low) || chance(high) < POWER) return null;
  let [miss, hit] = [low, high];
  if (chance(miss) >= POWER) return miss;
  for (let step = 0; step < 40; step++) {
    const middle = (miss + hit) / 2;
    if (chance(middle) >= POWER) hit = middle;
    else miss = middle;
  }
  return hit;
}

/** The least whole number from `first` to `most` that is enough, when larger ones are too; null when none is. */
export function leastNumber(first: number, most: number, enough: (n: number) => boolean): number | null {
  let [miss, hit] = [first - 1, first];
  while (!enough(hit)) {
    if (hit >= most) return null;
    [miss, hit] = [hit, Math.min(most, 2 * hit)];
  }
  while (hit - miss > 1) {
    const middle = Math.floor((miss + hit) / 2);
    if (enough(middle)) hit = middle;
    else miss = middle;
  }
  return hit;
}
