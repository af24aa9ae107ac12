import type { StepCounts, StreamCounts, Sums } from '../../model/live-counts.js';
import { bettingDifferenceLogE, type LinearClaim } from '../stats/betting-difference.js';
import { bettingPairsLogE } from '../stats/betting-pairs.js';
import { mixtureLogE } from '../stats/e-process.js';
import { normalMixtureLogE } from '../stats/normal-mixture.js';
import { addSums, NO_SUMS } from './sums.js';

/** What of a live gate is needed to judge it. */
export interface JudgedGate {
  readonly stream: string;
  readonly values: 'rate' | 'mean' | 'log-mean';
  readonly better: 'higher' | 'lower';
  readonly bound:
    | { readonly kind: 'change'; readonly margin: number; readonly relative: boolean }
    | { readonly kind: 'value'; readonly side: 'min' | 'max'; readonly threshold: number };
  readonly level: 'error' | 'warn';
}

/** What a gate bounds: a change, where better is positive, or a value. It can be looked at whenever and as often as one likes. */
export interface MeasuredQuantity {
  readonly estimate: number | null;
  /** What it can be at all. */
  readonly reach: readonly [number, number];
  /** log e-values of "it is above this" and "it is below this": proven at level alpha when one reaches log(1 / alpha). */
  readonly above: (limit: number) => number;
  readonly below: (limit: number) => number;
  readonly method: string;
}

interface Stratum extends StreamCounts {
  readonly weight: number;
}

/** Below this many values of an arm in a step its variance is not known well enough for the central limit theorem. */
const ENOUGH = 30;
/** One arm alone has no second one in which the same skewness cancels. */
const ENOUGH_ALONE = 100;

/** The quantity of a gate as counted so far. */
export function measureQuantity(gate: JudgedGate, steps: readonly StepCounts[]): MeasuredQuantity {
  const strata = steps.flatMap((step) => {
    const counts = Object.hasOwn(step.streams, gate.stream) ? step.streams[gate.stream] : undefined;
    return counts === undefined ? [] : [{ ...counts, weight: step.weight }];
  });
  const { bound } = gate;
  if (bound.kind === 'value')
    return gate.values === 'rate' ? rateAlone(strata) : meanAlone(gate, strata, bound.threshold);
  const sign = gate.better === 'higher' ? 1 : -1;
  if (gate.values === 'log-mean') return changeOfLogMeans(strata, sign, bound.margin);
  const claimOf = (change: number): LinearClaim =>
    bound.relative ? { ratio: 1 + sign * change, shift: 0 } : { ratio: 1, shift: sign * change };
  const estimate = estimateChange(strata, sign, bound.relative);
  const isPaired = strata.some(({ paired }) => paired.n > 0);
  if (gate.values === 'rate' && !(isPaired && bound.relative)) {
    const evidence = (change: number, direction: 1 | -1): number => {
      const side = direction === sign ? 1 : -1;
      const split = bettingDifferenceLogE(strata.filter(isSplit), claimOf(change), side, sign === 1);
      const pairs = strata.reduce((sum, { paired }) => addSums(sum, paired), NO_SUMS);
      return split + (pairs.n === 0 ? 0 : bettingPairsLogE(pairs, sign * change, side));
    };
    return {
      estimate,
      reach: bound.relative ? (sign === 1 ? [-1, RELATIVE_REACH] : [-RELATIVE_REACH, 1]) : [-1, 1],
      above: (change) => evidence(change, 1),
      below: (change) => evidence(change, -1),
      method: isPaired ? 'betting on pairs' : 'betting on the difference',
    };
  }
  const scale = Math.max(bound.margin, 0.05);
  // a share of the control is judged from both arms even when they are paired: to forget the pairs is on the safe side
  // while answers to one request are alike
  return asymptotic(
    estimate,
    [-RELATIVE_REACH, RELATIVE_REACH],
    (change) =>
      strata.flatMap((own) => {
        const { ratio, shift } = claimOf(change);
        if (own.paired.n > 0 && !bound.relative) return partOf(own.paired, sign, -change, ENOUGH);
        const [now, then] = [momentsOf(own.candidate), momentsOf(own.control)];
        if (now === null || then === null) return [];
        const variance = now.variance + ratio ** 2 * then.variance;
        return [{ distance: sign * (now.mean - ratio * then.mean - shift), variance }];
      }),
    bound.relative ? scale * meanSize(strata) : scale,
  );
}

/** Changes beyond this are shown as unbounded. */
const RELATIVE_REACH = 1000;

/** Steps of a canary: both arms get calls by chance. Under shadow the pairs are judged instead. */
function isSplit({ weight, paired }: Stratum): boolean {
  return weight > 0 && weight < 1 && paired.n === 0;
}

/** A rate against a threshold: an exact mixture over the candidate's alternatives, whatever the steps' weights. */
function rateAlone(strata: readonly Stratum[]): MeasuredQuantity {
  const { n, sum } = strata.reduce((all, { candidate }) => addSums(all, candidate), NO_SUMS);
  const test = (side: 'above' | 'below') => (limit: number) => {
    // what can never be is refuted by the first one that was; nothing can lie beyond the ends
    if (limit <= 0) return side === 'above' && sum > 0 ? Number.POSITIVE_INFINITY : 0;
    if (limit >= 1) return side === 'below' && sum < n ? Number.POSITIVE_INFINITY : 0;
    return n === 0 ? 0 : mixtureLogE(Math.round(sum), Math.round(n), limit, { a: 0.5, b: 0.5, side });
  };
  return {
    estimate: n === 0 ? null : sum / n,
    reach: [0, 1],
    above: test('above'),
    below: test('below'),
    method: 'beta-binomial mixture',
  };
}

/** A mean against a threshold; of a log-mean the geometric mean. */
function meanAlone(gate: JudgedGate, strata: readonly Stratum[], threshold: number): MeasuredQuantity {
  const isLog = gate.values === 'log-mean';
  const { n, sum } = strata.reduce((all, { candidate }) => addSums(all, candidate), NO_SUMS);
  const estimate = n === 0 ? null : isLog ? Math.exp(sum / n) : sum / n;
  const scale = isLog ? 0.1 : Math.max(Math.abs(threshold) / 10, 1e-6);
  return asymptotic(
    estimate,
    [isLog ? 0 : Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
    (limit) => strata.flatMap(({ candidate }) => partOf(candidate, 1, isLog ? -Math.log(limit) : -limit, ENOUGH_ALONE)),
    scale,
  );
}

/** The relative change of geometric means: differences of logarithms, paired where there are pairs. */
function changeOfLogMeans(strata: readonly Stratum[], sign: 1 | -1, margin: number): MeasuredQuantity {
  const weighted = strata.flatMap((own) => differenceOf(own, 0));
  const total = weighted.reduce((sum, { variance }) => sum + 1 / variance, 0);
  const difference = weighted.reduce((sum, { distance, variance }) => sum + distance / variance, 0) / total;
  return asymptotic(
    total > 0 ? sign * Math.expm1(difference) : null,
    sign === 1 ? [-1, RELATIVE_REACH] : [-RELATIVE_REACH, 1],
    (change) =>
      strata.flatMap((own) =>
        differenceOf(own, Math.log1p(sign * change)).map(({ distance, variance }) => ({
          distance: sign * distance,
          variance,
        })),
      ),
    Math.max(Math.log1p(margin), 0.1),
  );
}

function differenceOf({ paired, candidate, control }: Stratum, claimed: number): Part[] {
  if (paired.n > 0) return partOf(paired, 1, -claimed, ENOUGH);
  const [now, then] = [momentsOf(candidate), momentsOf(control)];
  if (now === null || then === null) return [];
  return [{ distance: now.mean - then.mean - claimed, variance: now.variance + then.variance }];
}

/** How far one step is from what is claimed, and the variance of that. */
interface Part {
  readonly distance: number;
  readonly variance: number;
}

/** Steps count by their information, as if each had moved one Brownian motion on: none is compared with another. */
function asymptotic(
  estimate: number | null,
  reach: readonly [number, number],
  partsAt: (limit: number) => readonly Part[],
  scale: number,
): MeasuredQuantity {
  const evidence = (limit: number, direction: 1 | -1): number => {
    let [score, information] = [0, 0];
    for (const { distance, variance } of partsAt(limit)) {
      score += distance / variance;
      information += 1 / variance;
    }
    return normalMixtureLogE(direction * score, information, scale);
  };
  return {
    estimate,
    reach,
    above: (limit) => evidence(limit, 1),
    below: (limit) => evidence(limit, -1),
    method: 'asymptotic confidence sequence',
  };
}

function partOf(sums: Sums, sign: 1 | -1, shift: number, enough: number): Part[] {
  const moments = momentsOf(sums, enough);
  return moments === null ? [] : [{ distance: sign * moments.mean + shift, variance: moments.variance }];
}

/** The mean and the variance of the mean; null while there is not enough. */
function momentsOf(
  { n, sum, squares }: Sums,
  enough = ENOUGH,
): { readonly mean: number; readonly variance: number } | null {
  if (n < enough) return null;
  const mean = sum / n;
  // values that are all alike have a spread that is small, not none: it takes few of them to be sure, not one
  const least = (1e-3 * Math.max(Math.abs(mean), 1e-3)) ** 2;
  const spread = Math.max(least, (squares - n * mean ** 2) / (n - 1));
  // a variance estimated from few values is now and then far too small
  return { mean, variance: (spread * (1 + 4 / n)) / n };
}

/** The estimate: steps by how many values the smaller arm has. Null without values, and for a share of nothing. */
function estimateChange(strata: readonly Stratum[], sign: 1 | -1, relative: boolean): number | null {
  let [weights, now, then] = [0, 0, 0];
  for (const { control, candidate, paired } of strata) {
    if (paired.n > 0 && !relative) {
      weights += paired.n;
      now += paired.sum;
    } else if (control.n > 0 && candidate.n > 0) {
      const weight = 1 / (1 / control.n + 1 / candidate.n);
      weights += weight;
      now += (weight * candidate.sum) / candidate.n;
      then += (weight * control.sum) / control.n;
    }
  }
  if (weights === 0 || (relative && then === 0)) return null;
  return (sign * (now - then)) / (relative ? Math.abs(then) : weights);
}

/** The size of the control's values, for what a share of them is. */
function meanSize(strata: readonly Stratum[]): number {
  const { n, sum } = strata.reduce((all, { control }) => addSums(all, control), NO_SUMS);
  return n === 0 || sum === 0 ? 1 : Math.abs(sum / n);
}
