import { requestFactory } from '../core/requests/request.js';
import type { PlannedColumn, Sample } from '../core/scores/plan.js';
import type { ModelRequest } from '../model/request.js';
import type { Result } from '../model/run-record.js';
import type { Answers, Outcome } from './answers.js';
import type { AnswersOf } from './open-answers.js';
import type { AnswerLabels } from './recordings.js';

/** The samples of a round that one provider answers, and what it takes. */
export interface Work {
  readonly provider: string;
  readonly samples: Iterable<Sample>;
  readonly callsOf: CallsOf;
}

/** The calls of the column that a sample is in. */
export type CallsOf = (sample: Sample) => ColumnCalls;

/** Outputs that a run has already, of samples that lack nothing but scores. */
export interface KeptOutputs {
  keptOf(sample: Sample): Promise<Result | null>;
}

/** Makes and answers the requests of one column. */
export class ColumnCalls {
  readonly answers: Answers;
  readonly #column: PlannedColumn;
  readonly #make: ReturnType<typeof requestFactory>;
  /** Outputs that the run has already. */
  readonly #kept: KeptOutputs | null;

  constructor(column: PlannedColumn, answersOf: AnswersOf, kept: KeptOutputs | null) {
    this.#kept = kept;
    this.#column = column;
    this.#make = requestFactory(column);
    this.answers = answersOf(column.model, column.suite.cassette);
  }

  request(sample: Sample): ModelRequest {
    return this.#make(sample.case);
  }

  labels(sample: Sample): AnswerLabels {
    return labelsOf(this.#column, sample);
  }

  async answer(sample: Sample, request: ModelRequest): Promise<Outcome> {
    const kept = await this.keptOf(sample, request);
    return kept ?? this.answers.get(request, sample.trial, this.labels(sample));
  }

  /** The output that the run has already, of a sample that lacks nothing but scores. */
  async keptOf(sample: Sample, request: ModelRequest): Promise<Outcome | null> {
    const output = (await this.#kept?.keptOf(sample))?.output;
    if (!output) return null;
    this.answers.record(request, sample.trial, this.labels(sample), output);
    return { output, error: null };
  }
}

/** What names a sample to people. */
export function labelsOf({ suite, prompt, model }: PlannedColumn, sample: Sample): AnswerLabels {
  return { suite: suite.id, prompt: prompt.id, model: model.text, case: sample.case.id, trial: sample.trial };
}
