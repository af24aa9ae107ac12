import type { GateRule } from '../../model/gate.js';
import type { GateResult } from '../../model/run-record.js';
import { formatBound, formatValue } from '../text/format.js';

/**
 * `pass rate ≥ 0.9`, `latency p95 ≤ 4s on safety (warn, proof)`, `pass rate vs baseline ≥ -0.05`. Not cleaned: ids may
 * hold anything.
 */
export function describeGate(
  gate: Pick<GateResult, 'metric' | 'stat' | 'expected' | 'where' | 'level' | 'decide'>,
): string {
  const sign = gate.expected.bound === 'min' ? '≥' : '≤';
  const { of, value, unit } = gate.expected;
  const against = of === 'value' ? '' : ' vs baseline';
  const bound = of === 'relative-change' ? `${formatBound(value * 100, 'number')}%` : formatBound(value, unit);
  const rule = `${gate.metric} ${gate.stat}${against} ${sign} ${bound}`;
  const where = gate.where.length > 0 ? ` on ${gate.where.join(', ')}` : '';
  const marks = [gate.level === 'warn' ? 'warn' : '', gate.decide === 'estimate' ? '' : gate.decide].filter(Boolean);
  return `${rule}${where}${marks.length > 0 ? ` (${marks.join(', ')})` : ''}`;
}

/** `0.14 worse`, `2.5% better`, `no change`, in the unit of a rule. */
export function describeChange({ change, unit }: Pick<GateRule, 'change' | 'unit'>, value: number): string {
  if (value === 0) return 'no change';
  const size = Math.abs(value);
  const text = change?.relative ? `${formatValue(100 * size, 'number')}%` : formatValue(size, unit);
  return `${text} ${value < 0 ? 'worse' : 'better'}`;
}
