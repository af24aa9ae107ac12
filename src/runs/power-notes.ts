import { describeGate, describeRuleChange } from '../core/gates/describe-gate.js';
import { expectationOf } from '../core/gates/gate.js';
import type { JudgedColumn } from '../core/gates/judged-column.js';
import { pairCases } from '../core/gates/pairing.js';
import { type GatePower, powerOf } from '../core/power/gate-power.js';
import { gatesInFamily, noiseOfPairs } from '../core/power/noise.js';
import type { Plan } from '../core/scores/plan.js';
import { mean } from '../core/stats/mean.js';
import { count, formatAbout } from '../core/text/format.js';
import type { GateRule } from '../model/gate.js';

const MOST_NOTES = 5;

/** A note on each gate on a change that cannot see its own margin, by the noise of this very run; at most five. */
export function notesOnPower(plan: Plan, columns: readonly JudgedColumn[]): readonly string[] {
  const notes = plan.columns.flatMap(({ gates }, index) => {
    const column = columns[index];
    return column ? gates.flatMap((rule) => noteOn(rule, gates, column, plan.columns.length > 1) ?? []) : [];
  });
  const rest = notes.length - MOST_NOTES;
  const more =
    rest > 0
      ? [`${count(rest, 'more gate')} cannot see ${rest === 1 ? 'its' : 'their'} own margin: see llmci plan.`]
      : [];
  return [...notes.slice(0, MOST_NOTES), ...more];
}

function noteOn(rule: GateRule, gates: readonly GateRule[], column: JudgedColumn, several: boolean): string | null {
  if (rule.change === null || 'why' in column.baseline) return null;
  const pairing = pairCases(column.suite, column.scores, column.baseline.column, rule, column.whole);
  if ('why' in pairing || pairing.pairs.length === 0) return null;
  const { pairs } = pairing;
  const size = {
    cases: new Set(pairs.map(({ cluster }) => cluster)).size,
    trials: Math.round(mean(pairs.map(({ now }) => now.values.length)) ?? 1),
    before: Math.round(mean(pairs.map(({ before }) => before.values.length)) ?? 1),
  };
  const sureness = { confidence: rule.confidence, share: gatesInFamily(rule, gates), looks: column.looks };
  const power = powerOf(rule, size, noiseOfPairs(pairs, rule.stat), sureness);
  return power.seesMargin === false ? describe(rule, size.cases, power, several ? column : null) : null;
}

function describe(rule: GateRule, cases: number, power: GatePower, column: JudgedColumn | null): string {
  const name = describeGate({ ...rule, where: [...rule.where], expected: expectationOf(rule) });
  const of = column === null ? '' : ` of ${column.prompt} on ${column.model}`;
  const { failsAt, casesNeeded } = power;
  const sees =
    failsAt === null ? 'fails at no change' : `fails in 4 of 5 builds when it is ${describeRuleChange(rule, failsAt)}`;
  const target = describeRuleChange(rule, rule.threshold - Math.abs(rule.threshold));
  const aim = rule.threshold < 0 ? `when it is ${target}, twice the margin` : 'when nothing has changed';
  const needs =
    casesNeeded === null ? 'no number of cases is enough' : `it would need about ${formatAbout(casesNeeded)}`;
  return `Gate ${name}${of} cannot see its own margin: with ${count(cases, 'case')} it ${sees}; to fail as often ${aim}, ${needs}.`;
}
