import type { GateRule, Verdict } from '../../model/gate.js';
import type { GateResult } from '../../model/run-record.js';
import type { Bounds } from '../scores/statistic.js';
import { twoSided } from '../stats/interval.js';
import { count, formatShare } from '../text/format.js';

/** How sure a verdict has to be. */
export interface Sureness {
  /** Of each one-sided bound. */
  readonly confidence: number;
  /** Among how many gates the chance of a false alarm is shared. */
  readonly share: number;
  /** How many looks at growing data share the chance of being misled. */
  readonly looks: number;
}

/** What a gate makes of the scores. */
export type Judgement = Pick<GateResult, 'verdict' | 'actual' | 'interval' | 'baseline' | 'change' | 'message'>;

/** How a decision is told. */
interface Words {
  /** What was wanted, such as `at least 0.9 wanted`. */
  readonly wanted: string;
  readonly show: (value: number) => string;
}

/** A gate that could not be judged. */
export function unjudged(message: string): Judgement {
  return { verdict: 'error', actual: null, interval: null, baseline: null, change: null, message };
}

/**
 * The rows of the design's table for `decide`. The bounds are one-sided at the confidence asked for; when there are
 * several looks at growing data, at the confidence at which all of them hold together (a union bound, which makes the
 * bounds a confidence sequence over these looks). Only a failure has to be proven at the share of its family.
 */
export function decide(
  rule: Pick<GateRule, 'decide' | 'bound' | 'threshold' | 'change'>,
  actual: number,
  boundsAt: (twoSidedConfidence: number) => Bounds | null,
  { confidence, share, looks }: Sureness,
  { wanted, show }: Words,
): { readonly verdict: Verdict; readonly interval: GateResult['interval']; readonly because: string } {
  const met = meets(rule, actual);
  if (rule.decide === 'point') return { verdict: met ? 'pass' : 'fail', interval: null, because: wanted };

  const alpha = (1 - confidence) / looks;
  const bounds = boundsAt(twoSided(1 - alpha));
  const strict = share === 1 ? bounds : boundsAt(twoSided(1 - alpha / share));
  const [near, far] =
    rule.bound === 'min' ? [bounds?.low ?? null, strict?.high ?? null] : [bounds?.high ?? null, strict?.low ?? null];
  const interval = bounds && { ...bounds, confidence: twoSided(confidence) };
  const kind = `${formatShare(confidence)} bound`;
  const caveats = [
    looks > 1 ? `, valid at each of ${looks} looks` : '',
    share > 1 ? `, shared with ${count(share - 1, 'other gate')}` : '',
  ];
  const told = (bound: number | null, extra = '') =>
    bound === null ? `there is no ${kind} for it` : `its ${kind}${caveats[0]}${extra} is ${show(bound)}`;
  const decided = (verdict: Verdict, because: string) => ({ verdict, interval, because: `${wanted}${because}` });

  if (met && near !== null && meets(rule, near)) return decided('pass', `, and that is proven (${told(near)})`);
  if (met) {
    return decided(rule.decide === 'proof' ? 'inconclusive' : 'pass', `: met, but not proven (${told(near)})`);
  }
  if (far !== null && meets(rule, far)) {
    return decided('inconclusive', `: missed by no more than noise explains (${told(far, caveats[1])})`);
  }
  // Without a bound a proof stays owed, and an estimate of a value has missed: that is what was asked for. A change is
  // never known without its noise, which alone makes every second one a drop.
  const owed = far === null && (rule.decide === 'proof' || rule.change !== null);
  const verdict = owed ? 'inconclusive' : 'fail';
  const noise = far === null ? told(far) : `and noise does not explain it (${told(far, caveats[1])})`;
  return decided(verdict, `: missed, ${noise}`);
}

/** Equality up to rounding meets: 27 of 30 must satisfy 0.9 whatever the last bit says. */
export function meets({ bound, threshold }: Pick<GateRule, 'bound' | 'threshold'>, value: number): boolean {
  const slack = 1e-9 * Math.max(1, Math.abs(threshold));
  return bound === 'min' ? value >= threshold - slack : value <= threshold + slack;
}
