import { AMOUNTS } from '../../core/compare/compare-metric.js';
import type { ComparedColumn, ComparedGate, ComparedMetric, Comparison } from '../../core/compare/comparison.js';
import { PASS } from '../../core/scores/composites.js';
import { count } from '../../core/text/format.js';
import { printableLine } from '../../core/text/printable.js';
import type { GateResult } from '../../model/run-record.js';
import { describeActual, VERDICT_MARKS } from '../words/words.js';
import { describeDifference } from './compare-words.js';

/** What a comparison comes to: its gates, and all metrics in a line. */

/**
 * `Gates: A 6 of 6 pass, B 5 of 6 pass (1 fail). 4 metrics compared: pass rate 0.5 lower (worse); 2 others: 1 unclear,
 * 1 same; costs, times and sizes: 1 better`.
 */
export function describeOutcome(comparison: Comparison): string {
  const metrics = comparison.columns.flatMap((column) => column.metrics);
  const columns = comparison.columns.filter((column) => column.metrics.length > 0).length;
  const many = columns > 1 ? ` in ${columns} columns` : '';
  const passing = metrics.filter(({ metric }) => metric === PASS);
  const amounts = metrics.filter(({ unit }) => AMOUNTS.includes(unit));
  const others = metrics.filter((metric) => !passing.includes(metric) && !amounts.includes(metric));
  const [only] = passing;
  const parts = [
    only === undefined
      ? ''
      : passing.length === 1
        ? `pass rate ${describeDifference(only)} (${only.reading})`
        : `pass rates ${countReadings(passing)}`,
    others.length === 0 ? '' : `${only ? `${count(others.length, 'other')}: ` : ''}${countReadings(others)}`,
    amounts.length === 0 ? '' : `costs, times and sizes: ${countReadings(amounts)}`,
  ].filter(Boolean);
  return `${countGates(comparison)}${count(metrics.length, 'metric')} compared${many}: ${parts.join('; ') || 'none'}`;
}

/** `Gates: A 6 of 6 pass, B 5 of 6 pass (1 fail). `; empty where no side has any. */
function countGates({ columns }: Comparison): string {
  const gates = columns.flatMap((column) => column.gates);
  const sides = (['before', 'now'] as const).flatMap((side) => {
    const verdicts = gates.flatMap((gate) => gate[side]?.verdict ?? []);
    if (verdicts.length === 0) return [];
    const passed = verdicts.filter((verdict) => verdict === 'pass').length;
    const rest = (['fail', 'error', 'inconclusive'] as const)
      .map((verdict) => [verdicts.filter((each) => each === verdict).length, verdict] as const)
      .flatMap(([number, verdict]) => (number > 0 ? [`${number} ${verdict}`] : []));
    const others = rest.length > 0 ? ` (${rest.join(', ')})` : '';
    return [`${side === 'before' ? 'A' : 'B'} ${passed} of ${verdicts.length} pass${others}`];
  });
  return sides.length === 0 ? '' : `Gates: ${sides.join(', ')}. `;
}

/** A gate on both sides: its rule, and of each side `✗ fail 0.21 lower`, `not asked`. */
export interface ComparedGateRow {
  readonly gate: string;
  readonly before: string;
  readonly now: string;
}

/** The gates of a column, first those whose verdict differs, then those that do not pass. Empty where no side has any. */
export function describeGates({ gates }: Pick<ComparedColumn, 'gates'>): readonly ComparedGateRow[] {
  const rank = ({ before, now }: ComparedGate) =>
    before?.verdict !== now?.verdict ? 0 : now?.verdict === 'pass' ? 2 : 1;
  const side = (gate: GateResult | null) =>
    gate === null ? 'not asked' : `${VERDICT_MARKS[gate.verdict]} ${gate.verdict} ${describeActual(gate)}`;
  return gates
    .toSorted((a, b) => rank(a) - rank(b))
    .map(({ name, before, now }) => ({ gate: printableLine(name, 120), before: side(before), now: side(now) }));
}

function countReadings(metrics: readonly ComparedMetric[]): string {
  return (['worse', 'better', 'unclear', 'same'] as const)
    .map((reading) => [metrics.filter((metric) => metric.reading === reading).length, reading] as const)
    .filter(([number]) => number > 0)
    .map(([number, reading]) => `${number} ${reading}`)
    .join(', ');
}
