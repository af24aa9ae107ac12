import type { Suite } from '../../model/suite.js';
import type { ScoreTable } from '../scores/score-table.js';
import type { ColumnBaseline } from './pairing.js';

/** What gates are judged on: the scores of one column of a run. */
export interface JudgedColumn {
  readonly suite: Suite;
  /** The suite with all of its cases, where a filter leaves only some; what it left out is not gone. */
  readonly whole?: Suite;
  readonly prompt: string;
  readonly model: string;
  readonly scores: ScoreTable;
  readonly baseline: ColumnBaseline;
  /** How often the gates may be looked at before the run ends; more than once when trials are added until they decide. */
  readonly looks: number;
  /** Varies the random choices of bootstraps; without it they are always the same. */
  readonly seed?: number | null;
}

/** The seed of one use of randomness, by its name: uses with different names do not share their draws. */
export function seedOf({ seed = null }: Pick<JudgedColumn, 'seed'>, name: string): string {
  return seed === null ? name : `${seed}/${name}`;
}
