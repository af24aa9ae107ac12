import type { GateRule } from '../../model/gate.js';
import type { Suite } from '../../model/suite.js';
import { ScoreTable } from '../scores/score-table.js';
import { canFail } from './can-fail.js';

/**
 * The gates of a column that still judge something when a filter has left fewer of its suite's cases. Gates that judged
 * nothing before stay, for they are errors; and all stay when no others would be left that can fail the run: a filter
 * must not make it pass.
 */
export function gatesLeft(gates: readonly GateRule[], whole: Suite, filtered: Suite): readonly GateRule[] {
  const before = new ScoreTable(whole);
  const after = new ScoreTable(filtered);
  // In a table without results every planned score is missing
  const isEmptied = ({ metric, where }: GateRule) =>
    after.select(metric, where).missing === 0 && before.select(metric, where).missing > 0;
  const left = gates.filter((gate) => !isEmptied(gate));
  const couldFail = (some: readonly GateRule[]) => some.some((rule) => canFail(rule, whole));
  return left.length > 0 && (couldFail(left) || !couldFail(gates)) ? left : gates;
}
