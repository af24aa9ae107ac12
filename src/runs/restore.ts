import type { Plan, PlannedColumn, Sample } from '../core/scores/plan.js';
import type { RecordedAnswer } from '../model/output.js';
import type { Result } from '../model/run-record.js';
import type { Results, StoredResult } from '../store/runs/results.js';
import { isResultOf } from './records.js';
import type { Round } from './rounds.js';

const UNASKED = 0;
const OPEN = 1;
const UNSCORED = 2;
const SETTLED = 3;

/** What is still to be done for a sample: all of it, its scores, or nothing. */
export type Left = 'answer' | 'scores' | 'nothing';

/** How results that are there already are used. */
export interface Reuse {
  /** Samples that ended in an error are called again, and scores that could not be computed are tried again. */
  readonly again: boolean;
  /** Outputs are taken, and scores made anew, so that what is asked for them is asked in this process too. */
  readonly rescore?: boolean;
}

/** What a result that is there leaves to be done. */
export function leftBehind({ result, scored }: StoredResult, { again, rescore = false }: Reuse): Left {
  if (again ? result.error !== null : !scored) return 'answer';
  return scored && !rescore && !(again && result.scores.some(({ retry }) => retry)) ? 'nothing' : 'scores';
}

/** Takes what is there of a sample; `whole` when nothing of it is left to do. */
export type OnStored = (sample: Sample, result: Result, whole: boolean) => void;

/** Takes the answers of a conversation that is to go on. */
export type OnSteps = (sample: Sample, answers: Iterable<RecordedAnswer>) => void;

/** Hands out the results that a plan has already, so that nothing is called twice. */
export class Restorer {
  readonly #plan: Plan;
  readonly #results: Results;
  readonly #reuse: Reuse;
  readonly #states: Uint8Array;
  #strangers = 0;
  #restored = 0;

  constructor(plan: Plan, results: Results, reuse: Reuse) {
    this.#plan = plan;
    this.#results = results;
    this.#reuse = reuse;
    this.#states = new Uint8Array(plan.size);
  }

  /** Results that are settled as they were. */
  get restored(): number {
    return this.#restored;
  }

  /** Lines that cannot be read, or that are of no sample of the plan. */
  get useless(): number {
    return this.#strangers + this.#results.unreadable;
  }

  /** Hands over what is there of a round, and returns what is left of it. */
  async restore(round: Round, onStored: OnStored, onSteps: OnSteps): Promise<Round> {
    for (const sample of round([...this.#plan.columns.keys()])) {
      this.#states[sample.index] = OPEN;
      const stored = await this.#read(sample);
      const left = stored === null ? 'answer' : leftBehind(stored, this.#reuse);
      if (stored === null || left === 'answer') {
        onSteps(sample, (await this.stepsOf(sample)).values());
        continue;
      }
      const whole = left === 'nothing';
      this.#states[sample.index] = whole ? SETTLED : UNSCORED;
      if (whole) this.#restored++;
      onStored(sample, stored.result, whole);
    }
    return (columns) => this.#left(round(columns));
  }

  /** The answers that a conversation got before it had a result, by the keys of their requests. */
  stepsOf(sample: Sample): Promise<ReadonlyMap<string, RecordedAnswer>> {
    return this.#results.stepsOf(sample.index);
  }

  /** The result of a sample that lacks nothing but scores. */
  async keptOf(sample: Sample): Promise<Result | null> {
    if (this.#states[sample.index] !== UNSCORED) return null;
    const result = (await this.#read(sample))?.result ?? null;
    return result && this.#reuse.rescore ? { ...result, scores: [] } : result;
  }

  /** The samples that have results which no round asked for. */
  *unused(): Generator<number> {
    for (const sample of this.#results.samples()) {
      if (this.#states[sample] === UNASKED) yield sample;
    }
  }

  *#left(samples: Iterable<Sample>): Generator<Sample> {
    for (const sample of samples) if (this.#states[sample.index] !== SETTLED) yield sample;
  }

  async #read(sample: Sample) {
    const stored = await this.#results.read(sample.index);
    const column: PlannedColumn | undefined = this.#plan.columns[sample.column];
    if (stored === null || column === undefined) return null;
    if (isResultOf(column, sample, stored.result)) return stored;
    this.#strangers++;
    return null;
  }
}
