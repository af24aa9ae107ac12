import type { Step } from '../model/output.js';
import type { Result } from '../model/run-record.js';
import { EmptyAnswers } from './empty-answers.js';
import { OddAnswers } from './odd-answers.js';
import { type CallUsage, UsageTally } from './usage-tally.js';

/** The calls that a sample has made: one, or those of a conversation, also of one that failed later. */
export function callsOf({ output, error }: Pick<Result, 'output' | 'error'>): readonly Step[] {
  return (output ?? error)?.steps ?? (output === null ? [] : [output]);
}

/** Counts what the samples of a run have come to. */
export class SampleTally {
  finished = 0;
  errors = 0;
  failed = 0;
  /** Samples with a score that could not be computed. */
  unscored = 0;
  /** Further trials that could not be had: there was no money for them, or the run that is rescored had none. */
  waived = 0;
  /** Samples whose answer had to be recorded and is not. */
  unrecorded = 0;
  /** The suites of these. */
  readonly unrecordedSuites = new Set<string>();
  readonly emptyAnswers = new EmptyAnswers();
  readonly oddAnswers = new OddAnswers();
  readonly #usage = new UsageTally();
  /** Answers that were not made in this run, by model. */
  readonly replayed = new Map<string, number>();

  /** `passed` is false when the sample missed a pass mark. */
  add(result: Pick<Result, 'output' | 'error' | 'scores' | 'passed' | 'suite' | 'prompt' | 'model'>): void {
    const { error, scores, passed } = result;
    this.finished++;
    if (scores.some(({ retry }) => retry)) this.unscored++;
    if (error) this.errors++;
    if (error?.kind === 'not-recorded') {
      this.unrecorded++;
      this.unrecordedSuites.add(result.suite);
    }
    if (passed === false) this.failed++;
    this.spend(result);
    this.emptyAnswers.add(result);
    this.oddAnswers.add(result);
  }

  /** Counts the calls of a sample alone, where it counts as not made. */
  spend({ output, error, model }: Pick<Result, 'output' | 'error' | 'model'>): void {
    for (const call of callsOf({ output, error })) {
      this.#usage.add(call, model);
      if (call.source !== 'live' && !call.shared) this.replayed.set(model, (this.replayed.get(model) ?? 0) + 1);
    }
  }

  get usd(): number | null {
    return this.#usage.usd;
  }

  /** What the calls of samples used and cost. */
  get usage(): CallUsage {
    return this.#usage.usage;
  }
}
