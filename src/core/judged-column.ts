import type { Suite } from '../model/suite.js';
import type { ColumnBaseline } from './pairing.js';
import type { ScoreTable } from './score-table.js';

/** What gates are judged on: the scores of one column of a run. */
export interface JudgedColumn {
  readonly suite: Suite;
  readonly prompt: string;
  readonly model: string;
  readonly scores: ScoreTable;
  readonly baseline: ColumnBaseline;
  /** How often the gates may be looked at before the run ends; more than once when trials are added until they decide. */
  readonly looks: number;
}
