import { judgeGates } from '../core/gates/gate.js';
import type { JudgedColumn } from '../core/gates/judged-column.js';
import type { ColumnBaseline } from '../core/gates/pairing.js';
import type { Plan, PlannedColumn } from '../core/scores/plan.js';
import { ScoreTable } from '../core/scores/score-table.js';
import type { GateResult } from '../model/run-record.js';
import type { Suite } from '../model/suite.js';

/** The columns of a plan before anything is scored, each with its baseline. `wholes`: the suites before any filter. */
export function openColumns(
  plan: Plan,
  baselines: readonly ColumnBaseline[],
  seed: number | null,
  wholes: ReadonlyMap<string, Suite>,
): readonly JudgedColumn[] {
  return plan.columns.map((column, index) => ({
    ...openColumn(column, baselines[index], seed),
    whole: wholes.get(column.suite.id) ?? column.suite,
  }));
}

/** What the gates of each column say of its scores now. */
export function judgeColumns(plan: Plan, columns: readonly JudgedColumn[]): readonly (readonly GateResult[])[] {
  return plan.columns.map(({ gates }, index) => {
    const column = columns[index];
    return column ? judgeGates(gates, column) : [];
  });
}

function openColumn(
  { suite, prompt, model, shared = null }: PlannedColumn,
  baseline: ColumnBaseline | undefined,
  seed: number | null,
): JudgedColumn {
  return {
    suite,
    prompt: prompt.id,
    model: model.text,
    scores: new ScoreTable(suite, shared),
    baseline: baseline ?? { why: 'no baseline was looked for' },
    looks: suite.trials - suite.firstTrials + 1,
    seed,
  };
}
