import type { BaselineColumn } from '../../model/baseline.js';
import type { Unit } from '../../model/quantity.js';
import type { GateResult } from '../../model/run-record.js';
import type { Change } from '../gates/change.js';
import { describeGate, shownUnit } from '../gates/describe-gate.js';
import type { Bounds } from '../scores/statistic.js';
import type { ComparedGate, ComparedMetric } from './comparison.js';
import type { Side } from './side.js';

/** Two columns to compare; of those in two suites, `suiteBefore` is that of the first. */
export interface ColumnPair {
  readonly suite: string;
  readonly suiteBefore?: string;
  readonly before: BaselineColumn;
  readonly now: BaselineColumn;
}

type Named = Pick<BaselineColumn, 'prompt' | 'model'>;

/** The gates of both columns, those of one wording side by side; first what B has, then what A alone has. */
export function pairGates(
  sides: { readonly before: Side; readonly now: Side },
  { suite, suiteBefore = suite, before, now }: ColumnPair,
): readonly ComparedGate[] {
  const first = gatesOf(sides.before, suiteBefore, before);
  const second = gatesOf(sides.now, suite, now);
  const named = (gates: readonly GateResult[], name: string) => gates.find((gate) => describeGate(gate) === name);
  const names = new Set([...second, ...first].map(describeGate));
  return [...names].map((name) => ({ name, before: named(first, name) ?? null, now: named(second, name) ?? null }));
}

function gatesOf({ judged }: Side, suite: string, { prompt, model }: Named): readonly GateResult[] {
  return (judged?.gates ?? []).filter((gate) => gate.suite === suite && gate.prompt === prompt && gate.model === model);
}

/** A gate of B that judges the change of a metric: it says how the change is counted and shown here too. */
export interface ChangeGate {
  readonly result: GateResult;
  /** Whether it compared with what A is. */
  readonly ofSameBaseline: boolean;
}

/** The first gate of B on the change of this statistic over all cases; null when there is none. */
export function findChangeGate(
  sides: { readonly before: Side; readonly now: Side },
  suite: string,
  column: Named,
  { metric, stat }: Pick<ComparedMetric, 'metric' | 'stat'>,
): ChangeGate | null {
  const result = gatesOf(sides.now, suite, column).find(
    (gate) => gate.metric === metric && gate.stat === stat && gate.expected.of !== 'value' && gate.where.length === 0,
  );
  if (result === undefined) return null;
  const since = sides.now.judged?.changes?.find(
    (each) => each.suite === suite && each.prompt === column.prompt && each.model === column.model,
  );
  const of = sides.before.suites.find((each) => each.suite === suite);
  return { result, ofSameBaseline: since !== undefined && since.baseline.runId === of?.runId };
}

/** How a change is told: as its gate tells it, where there is one. */
export function shownAs(gate: ChangeGate | null, unit: Unit): Pick<ComparedMetric, 'shown' | 'bound'> {
  const expected = gate?.result.expected;
  return expected ? { shown: shownUnit(expected), bound: expected.value } : { shown: unit, bound: null };
}

/** The interval that the gate decided by, where it compared the same scores; else that of the change. B - A. */
export function intervalOf(
  gate: ChangeGate | null,
  change: Change,
  better: ComparedMetric['better'],
  confidence: number,
): ComparedMetric['interval'] {
  const measured = change.bounds(gate?.result.interval?.confidence ?? confidence);
  const isSame =
    gate?.ofSameBaseline && isNear(gate.result.baseline, change.before) && isNear(gate.result.actual, change.now);
  return isSame && gate.result.interval ? turn(gate.result.interval, better) : measured;
}

/** A gate counts better as positive. */
function turn(bounds: Bounds, better: ComparedMetric['better']): Bounds {
  if (better === 'higher') return bounds;
  const opposite = (end: number | null) => (end === null ? null : 0 - end);
  return { ...bounds, low: opposite(bounds.high), high: opposite(bounds.low) };
}

function isNear(a: number | null, b: number): boolean {
  return a !== null && Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b));
}
