import type { MetricEntry } from '../model/metric-entry.js';
import type { Score } from '../model/run-record.js';
import type { Suite } from '../model/suite.js';
import { covers } from './tags.js';

/** A value for every sample whose every pass mark is met (1) or not (0). */
export const PASS = 'pass';
/** The weighted mean of a sample's fractions, turned so that higher is better. */
export const SCORE = 'score';

/** The metrics of the suite and the case that score this case. */
export function entriesFor(suite: Pick<Suite, 'metrics'>, testCase: Suite['cases'][number]): readonly MetricEntry[] {
  return [...suite.metrics, ...testCase.metrics].filter((entry) => covers(entry.where, testCase.tags));
}

/** The values that a gate judges. Entry i of each list belongs to one sample. */
export interface ScoreSelection {
  readonly values: readonly number[];
  /** Whether the pass mark was met; null when the metric has none. */
  readonly passed: readonly (boolean | null)[];
  /** The case of each value: its trials belong together. */
  readonly cases: readonly number[];
  /** Scores that should be there and are not. */
  readonly missing: number;
}

interface Cells {
  readonly values: Float64Array;
  readonly states: Uint8Array;
}

// What a cell holds. A sample that is never scored stays MISSING, so that nothing unevaluated can pass.
const NOT_PLANNED = 0;
const MISSING = 1;
const UNMARKED = 2;
const PASSED = 3;
const FAILED = 4;

/** The scores of one column in a few bytes a sample, known by metric id, case and trial. */
export class ScoreTable {
  readonly #suite: Suite;
  readonly #cells = new Map<string, Cells>();

  constructor(suite: Suite) {
    this.#suite = suite;
    for (const [caseIndex, testCase] of suite.cases.entries()) {
      const entries = entriesFor(suite, testCase);
      const ids = entries.map((entry) => entry.id);
      if (entries.some((entry) => entry.mark)) ids.push(PASS);
      if (entries.some(countsInScore)) ids.push(SCORE);
      for (const id of ids) {
        const first = caseIndex * suite.trials;
        this.#cellsOf(id).states.fill(MISSING, first, first + suite.trials);
      }
    }
  }

  /** The ids that some case has scores for, `pass` and `score` included. */
  get ids(): readonly string[] {
    return [...this.#cells.keys()];
  }

  /** Keeps the scores of one sample. */
  set(caseIndex: number, trial: number, scores: readonly Pick<Score, 'id' | 'value' | 'passed'>[]): void {
    const testCase = this.#suite.cases[caseIndex];
    if (!testCase) throw new RangeError(`no case ${caseIndex} in suite ${this.#suite.id}`);
    const place = caseIndex * this.#suite.trials + trial - 1;
    for (const { id, value, passed } of scores) this.#put(id, place, value, passed);
    const entries = entriesFor(this.#suite, testCase);
    const pass = passOf(entries, scores);
    this.#put(PASS, place, pass === null ? null : Number(pass), pass);
    this.#put(SCORE, place, weightedScore(entries, scores), null);
  }

  /** The scores with this id of the cases that carry one of the tags (of all cases when none is given). */
  select(id: string, where: readonly string[] = []): ScoreSelection {
    const values: number[] = [];
    const passed: (boolean | null)[] = [];
    const cases: number[] = [];
    let missing = 0;
    const cells = this.#cells.get(id);
    for (const [caseIndex, testCase] of cells ? this.#suite.cases.entries() : []) {
      if (!covers(where, testCase.tags)) continue;
      for (let trial = 0; trial < this.#suite.trials; trial++) {
        const place = caseIndex * this.#suite.trials + trial;
        const state = cells?.states[place] ?? NOT_PLANNED;
        if (state === NOT_PLANNED) continue;
        if (state === MISSING) {
          missing++;
          continue;
        }
        values.push(cells?.values[place] ?? Number.NaN);
        passed.push(state === UNMARKED ? null : state === PASSED);
        cases.push(caseIndex);
      }
    }
    return { values, passed, cases, missing };
  }

  #cellsOf(id: string): Cells {
    let cells = this.#cells.get(id);
    if (!cells) {
      const size = this.#suite.cases.length * this.#suite.trials;
      cells = { values: new Float64Array(size), states: new Uint8Array(size) };
      this.#cells.set(id, cells);
    }
    return cells;
  }

  #put(id: string, place: number, value: number | null, passed: boolean | null): void {
    const cells = this.#cells.get(id);
    if (!cells || cells.states[place] === NOT_PLANNED) return;
    cells.values[place] = value ?? 0;
    cells.states[place] = value === null ? MISSING : passed === null ? UNMARKED : passed ? PASSED : FAILED;
  }
}

/** Whether a sample met every pass mark; null when a marked score is missing or there is no mark. */
export function passOf(
  entries: readonly MetricEntry[],
  scores: readonly Pick<Score, 'id' | 'passed'>[],
): boolean | null {
  const marked = entries.filter((entry) => entry.mark);
  if (marked.length === 0) return null;
  const passed = marked.map((entry) => scores.find((score) => score.id === entry.id)?.passed ?? null);
  return passed.includes(null) ? null : passed.every(Boolean);
}

function countsInScore(entry: MetricEntry): boolean {
  return entry.unit === 'fraction' && entry.weight > 0;
}

function weightedScore(entries: readonly MetricEntry[], scores: readonly Pick<Score, 'id' | 'value'>[]): number | null {
  let sum = 0;
  let weights = 0;
  for (const entry of entries.filter(countsInScore)) {
    const value = scores.find((score) => score.id === entry.id)?.value ?? null;
    if (value === null) return null;
    sum += entry.weight * (entry.better === 'higher' ? value : 1 - value);
    weights += entry.weight;
  }
  return weights > 0 ? sum / weights : null;
}
