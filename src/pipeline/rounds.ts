import type { JudgedColumn } from '../core/judged-column.js';
import type { Plan, PlannedColumn, Sample } from '../core/plan.js';
import { samplesOf } from '../core/plan.js';
import { shardsOf } from '../core/shard.js';
import { covers } from '../core/tags.js';
import type { Shard } from '../model/manifest.js';
import type { GateResult } from '../model/run-record.js';

/** The samples of some columns that are due. */
export type Round = (columns: readonly number[]) => Iterable<Sample>;

/**
 * Trials in rounds: first those that every case gets; then one more at a time for the cases of gates that are still
 * inconclusive, up to the most that the suite allows.
 */
export class Rounds {
  readonly #plan: Plan;
  /** Trials of each case so far, by column. */
  readonly #made: readonly number[][];
  readonly #shard: Shard | null;
  #scheduled: number;

  /** With `shard`, of one part of the plan only. */
  constructor(plan: Plan, shard: Shard | null = null) {
    this.#plan = plan;
    this.#shard = shard;
    this.#made = plan.columns.map(({ suite }) => suite.cases.map(() => suite.firstTrials));
    this.#scheduled = 0;
    for (const _ of this.first()([...plan.columns.keys()])) this.#scheduled++;
  }

  /** Samples of all rounds so far. */
  get scheduled(): number {
    return this.#scheduled;
  }

  first(): Round {
    const shard = this.#shard;
    if (shard === null) return (columns) => samplesOf(this.#plan, columns);
    const partOf = shardsOf(this.#plan, shard.of);
    return (columns) => filter(samplesOf(this.#plan, columns), (sample) => partOf(sample) === shard.index);
  }

  /** The next round, given what the gates of each column say now; null when none is needed or allowed. */
  next(gates: readonly (readonly GateResult[])[], columns: readonly JudgedColumn[]): Round | null {
    const due = this.#plan.columns.map((column, index) =>
      this.#extend(column, index, gates[index] ?? [], columns[index]),
    );
    const size = due.reduce((sum, samples) => sum + samples.length, 0);
    if (size === 0) return null;
    this.#scheduled += size;
    for (const { column, caseIndex, trial } of due.flat()) columns[column]?.scores.plan(caseIndex, trial);
    return (columns) => columns.flatMap((index) => due[index] ?? []);
  }

  #extend(
    column: PlannedColumn,
    index: number,
    gates: readonly GateResult[],
    judged: JudgedColumn | undefined,
  ): readonly Sample[] {
    const open = gates.filter(({ verdict }) => verdict === 'inconclusive');
    const made = this.#made[index] ?? [];
    const samples: Sample[] = [];
    for (const [caseIndex, testCase] of open.length === 0 ? [] : column.suite.cases.entries()) {
      const trial = (made[caseIndex] ?? 0) + 1;
      const counts = ({ metric, where }: GateResult) =>
        covers(where, testCase.tags) && judged?.scores.covers(metric, caseIndex) === true;
      if (trial > column.suite.trials || !open.some(counts)) continue;
      made[caseIndex] = trial;
      samples.push({
        index: column.first + caseIndex * column.suite.trials + trial - 1,
        column: index,
        case: testCase,
        caseIndex,
        trial,
      });
    }
    return samples;
  }
}

function* filter<T>(items: Iterable<T>, keep: (item: T) => boolean): Generator<T> {
  for (const item of items) if (keep(item)) yield item;
}
