import type { StepCounts } from '../../model/live-counts.js';
import { logBeta } from '../stats/gamma.js';
import { count, formatNumber } from '../text/format.js';

/** Assignment is arithmetic: a false alarm here sends people looking for a fault that is not there. */
const ALPHA = 0.001;

/** How many calls a unit is thought to make. */
const CALLS_OF_A_UNIT = 10;

/** Whether the arms get what they should. */
export interface SampleRatio {
  readonly off: boolean;
  /** Shares of the calls that were, and should have been, the candidate's. 0 without calls. */
  readonly expected: number;
  readonly found: number;
  /** What is off, in words; null when nothing is. */
  readonly why: string | null;
}

/**
 * Compares the calls of both arms with the weights of the steps; may be looked at as often as one likes.
 *
 * Method: in each step the beta-binomial likelihood of the counts, with a prior around the weight, over the binomial
 * likelihood at the weight: an e-process (Lindon and Malek, "Anytime-valid inference for multinomial count data", NeurIPS
 * 2022). Steps multiply. At most 0.1 % of the rollouts whose assignment is right are ever called off.
 *
 * Units are assigned, not calls: a unit takes all of its calls to its arm. So a call counts as a tenth of a draw, which is
 * what it is when units make ten calls each; when they make fewer, the check only waits longer. A few units that make
 * hundreds of calls can still move the shares by chance: read "off" as "look at the units".
 */
export function sampleRatio(steps: readonly StepCounts[]): SampleRatio {
  let [logE, all, candidate, expected] = [0, 0, 0, 0];
  for (const { weight, calls, streams } of steps) {
    // under shadow the candidate gets copies: no call is assigned
    if (Object.values(streams).some(({ paired }) => paired.n > 0)) continue;
    const n = calls.control + calls.candidate;
    all += n;
    candidate += calls.candidate;
    expected += n * weight;
    logE += evidenceOf(calls.candidate / CALLS_OF_A_UNIT, calls.control / CALLS_OF_A_UNIT, weight);
  }
  const shares = { expected: all === 0 ? 0 : expected / all, found: all === 0 ? 0 : candidate / all };
  if (logE < -Math.log(ALPHA)) return { off: false, ...shares, why: null };
  const why = `${formatNumber(candidate)} of ${count(all, 'call')} went to the candidate, where ${formatNumber(Math.round(expected))} should have`;
  return { off: true, ...shares, why };
}

function evidenceOf(candidate: number, control: number, weight: number): number {
  // nothing is left to chance, and calls that began before the step may end in it
  if (weight <= 0 || weight >= 1) return 0;
  const [a, b] = [PRIOR * weight, PRIOR * (1 - weight)];
  const mixture = logBeta(a + candidate, b + control) - logBeta(a, b);
  return mixture - candidate * Math.log(weight) - control * Math.log1p(-weight);
}

/** How much the prior is worth, in draws. */
const PRIOR = 20;
