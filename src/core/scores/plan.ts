import type { Case } from '../../model/case.js';
import type { Column, Suite } from '../../model/suite.js';

/** One planned model call: suite x prompt x model x case x trial. `index` is its place in the plan. */
export interface Sample {
  readonly index: number;
  readonly column: number;
  readonly case: Case;
  readonly caseIndex: number;
  /** Counts from 1. */
  readonly trial: number;
}

/** A column of a suite with its place in the plan. Its samples are `first` to `first + size - 1`. */
export interface PlannedColumn extends Column {
  readonly suite: Suite;
  readonly first: number;
  readonly size: number;
  /**
   * Of each case the place of the first one whose request is the same, so that they are one question; -1 where there is no
   * other. Null or not there when all differ.
   */
  readonly shared?: Int32Array | null;
}

/** Every call of a run, in order. Samples are made when they are asked for: a large plan costs no more than its cases. */
export interface Plan {
  readonly suites: readonly Suite[];
  readonly columns: readonly PlannedColumn[];
  readonly size: number;
}

/** Lays out the samples of the suites: column by column, case by case, trial by trial. */
export function makePlan(suites: readonly Suite[]): Plan {
  const columns: PlannedColumn[] = [];
  let size = 0;
  for (const suite of suites) {
    for (const column of suite.columns) {
      const samples = suite.cases.length * suite.trials;
      columns.push({ ...column, suite, first: size, size: samples });
      size += samples;
    }
  }
  return { suites, columns, size };
}

/**
 * The samples of the given columns (all of the plan by default), in the order of the plan: the trials that are made in
 * any event, or all that there may be.
 */
export function* samplesOf(
  plan: Plan,
  columns: Iterable<number> = plan.columns.keys(),
  trials: 'first' | 'all' = 'first',
): Generator<Sample> {
  for (const column of columns) {
    const planned = plan.columns[column];
    if (!planned) throw new RangeError(`no column ${column} in the plan`);
    const { suite, first } = planned;
    const last = trials === 'all' ? suite.trials : suite.firstTrials;
    for (const [caseIndex, testCase] of suite.cases.entries()) {
      for (let trial = 1; trial <= last; trial++) {
        yield { index: first + caseIndex * suite.trials + trial - 1, column, case: testCase, caseIndex, trial };
      }
    }
  }
}
