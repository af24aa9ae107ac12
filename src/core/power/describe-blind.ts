import { describeGate, describeRuleChange } from '../gates/describe-gate.js';
import { expectationOf } from '../gates/gate.js';
import { count, formatAbout } from '../text/format.js';
import type { Foresight } from './foresee.js';

/** What a gate that cannot see its own margin sees, and what it would need: completes "... cannot see its own margin: ". */
export function describeBlind({ rule, cases, failsAt, casesNeeded, noise }: Foresight): string {
  const sees =
    failsAt === null ? 'fails at no change' : `fails in 4 of 5 builds when it is ${describeRuleChange(rule, failsAt)}`;
  const target = describeRuleChange(rule, rule.threshold - Math.abs(rule.threshold));
  const aim = rule.threshold < 0 ? `when it is ${target}, twice the margin` : 'when nothing has changed';
  const needs =
    casesNeeded === null ? 'no number of cases is enough' : `it would need about ${formatAbout(casesNeeded)}`;
  return `with ${count(cases, 'case')} it ${sees}; to fail as often ${aim}, ${needs} (noise: ${noise})`;
}

/** The name of a gate as reports have it. */
export function nameOfForesight({ rule }: Pick<Foresight, 'rule'>): string {
  return describeGate({ ...rule, where: [...rule.where], expected: expectationOf(rule) });
}
