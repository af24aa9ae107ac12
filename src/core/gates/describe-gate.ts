import type { GateRule } from '../../model/gate.js';
import type { GateResult } from '../../model/run-record.js';
import { changeOf, describeChange, directionOf } from '../text/change-words.js';
import { formatBound } from '../text/format.js';

type Expected = GateResult['expected'];

/**
 * `pass rate ≥ 0.9`, `latency p95 ≤ 4s on safety (warn, proof)`, `pass rate at most 0.05 lower than the baseline`. Not
 * cleaned: ids may hold anything.
 */
export function describeGate(
  gate: Pick<GateResult, 'metric' | 'stat' | 'expected' | 'where' | 'level' | 'decide'>,
): string {
  const rule = `${gate.metric} ${gate.stat} ${gate.expected.of === 'value' ? boundOf(gate.expected) : marginOf(gate.expected)}`;
  const where = gate.where.length > 0 ? ` on ${gate.where.join(', ')}` : '';
  const marks = [gate.level === 'warn' ? 'warn' : '', gate.decide === 'estimate' ? '' : gate.decide].filter(Boolean);
  return `${rule}${where}${marks.length > 0 ? ` (${marks.join(', ')})` : ''}`;
}

function boundOf({ bound, value, ...expected }: Expected): string {
  return `${bound === 'min' ? '≥' : '≤'} ${formatBound(value, shownUnit(expected))}`;
}

function marginOf(expected: Expected): string {
  const { value, of } = expected;
  const unit = shownUnit(expected);
  const worse = directionOf(unit, betterOf(expected) === 'lower');
  if (value === 0) return `no ${worse} than the baseline`;
  const size =
    of === 'relative-change' ? `${formatBound(100 * Math.abs(value), 'number')}%` : formatBound(Math.abs(value), unit);
  return value < 0
    ? `at most ${size} ${worse} than the baseline`
    : `at least ${size} ${directionOf(unit, betterOf(expected) === 'higher')} than the baseline`;
}

/** The unit in which a gate's figures are shown. */
export function shownUnit({ shown, unit }: Pick<Expected, 'shown' | 'unit'>): NonNullable<Expected['shown']> {
  return shown ?? unit;
}

/** Which way its metric points; of records that do not tell, time and cost point down. */
export function betterOf({ better, unit }: Pick<Expected, 'better' | 'unit'>): 'higher' | 'lower' {
  return better ?? (unit === 'ms' || unit === 'usd' ? 'lower' : 'higher');
}

/** A change as a rule counts it: `0.14 lower`, `2.5% slower`, `no change`. */
export function describeRuleChange(
  { change, shown, better }: Pick<GateRule, 'change' | 'shown' | 'better'>,
  value: number,
  bound?: number,
): string {
  const counted = { unit: shown, better, relative: change?.relative ?? false };
  return value === 0 ? 'no change' : describeChange(changeOf(value, counted, bound), shown);
}
