import type { JudgedColumn } from '../core/gates/judged-column.js';
import type { Plan, PlannedColumn, Sample } from '../core/scores/plan.js';
import { samplesOf } from '../core/scores/plan.js';
import { shardsOf } from '../core/scores/shard.js';
import { covers } from '../core/scores/tags.js';
import { NumberList } from '../core/text/number-list.js';
import type { Shard } from '../model/manifest.js';
import type { GateResult } from '../model/run-record.js';

/** The samples of some columns that are due. They are made as they are taken, and must be before the next round is. */
export type Round = (columns: readonly number[]) => Iterable<Sample>;

/**
 * Trials in rounds: first those that every case gets; then one more at a time for the cases of gates that are still
 * inconclusive, up to the most that the suite allows.
 */
export class Rounds {
  readonly #plan: Plan;
  /** Trials of each case so far, by column. */
  readonly #made: readonly Uint16Array[];
  readonly #shard: Shard | null;
  #scheduled: number;

  /** With `shard`, of one part of the plan only. */
  constructor(plan: Plan, shard: Shard | null = null) {
    this.#plan = plan;
    this.#shard = shard;
    this.#made = plan.columns.map(({ suite }) => new Uint16Array(suite.cases.length).fill(suite.firstTrials));
    this.#scheduled = plan.columns.reduce((sum, column, index) => sum + this.#countFirst(column, index), 0);
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

  /** The next round, whose scores are planned, given what the gates of each column say now; null when none is needed or allowed. */
  next(gates: readonly (readonly GateResult[])[], columns: readonly JudgedColumn[]): Round | null {
    const due = this.#plan.columns.map((column, index) =>
      this.#extend(column, index, gates[index] ?? [], columns[index]),
    );
    const size = due.reduce((sum, cases) => sum + cases.length, 0);
    if (size === 0) return null;
    this.#scheduled += size;
    const samplesOfColumn = (index: number) => this.#samples(index, due[index]);
    return function* (columns) {
      for (const index of columns) yield* samplesOfColumn(index);
    };
  }

  #countFirst({ suite }: PlannedColumn, column: number): number {
    const shard = this.#shard;
    if (shard === null) return suite.cases.length * suite.firstTrials;
    const partOf = shardsOf(this.#plan, shard.of);
    let cases = 0;
    for (let caseIndex = 0; caseIndex < suite.cases.length; caseIndex++) {
      if (partOf({ column, caseIndex }) === shard.index) cases++;
    }
    return cases * suite.firstTrials;
  }

  #extend(
    column: PlannedColumn,
    index: number,
    gates: readonly GateResult[],
    judged: JudgedColumn | undefined,
  ): NumberList {
    const open = gates.filter(({ verdict }) => verdict === 'inconclusive');
    const made = this.#made[index] ?? new Uint16Array();
    const due = new NumberList();
    for (const [caseIndex, testCase] of open.length === 0 ? [] : column.suite.cases.entries()) {
      const trial = (made[caseIndex] ?? 0) + 1;
      const counts = ({ metric, where }: GateResult) =>
        covers(where, testCase.tags) && judged?.scores.covers(metric, caseIndex) === true;
      if (trial > column.suite.trials || !open.some(counts)) continue;
      made[caseIndex] = trial;
      judged?.scores.plan(caseIndex, trial);
      due.push(caseIndex);
    }
    return due;
  }

  /** The latest trial of each of some cases. */
  *#samples(index: number, cases: NumberList | undefined): Generator<Sample> {
    const column = this.#plan.columns[index];
    for (let place = 0; column && cases && place < cases.length; place++) {
      const caseIndex = cases.at(place);
      const testCase = column.suite.cases.at(caseIndex);
      const trial = this.#made[index]?.[caseIndex] ?? 0;
      if (!testCase) throw new RangeError(`no case ${caseIndex} in suite ${column.suite.id}`);
      yield {
        index: column.first + caseIndex * column.suite.trials + trial - 1,
        column: index,
        case: testCase,
        caseIndex,
        trial,
      };
    }
  }
}

function* filter<T>(items: Iterable<T>, keep: (item: T) => boolean): Generator<T> {
  for (const item of items) if (keep(item)) yield item;
}
