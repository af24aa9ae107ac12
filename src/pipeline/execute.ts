import type { PlannedColumn, Sample } from '../core/plan.js';
import { requestFactory } from '../core/request.js';
import type { ModelRequest } from '../model/request.js';
import { type AnswerLabels, Answers, type Outcome } from './answers.js';
import { Backlog } from './backlog.js';
import type { Execution } from './execution.js';
import type { Restorer } from './restore.js';
import type { Round } from './rounds.js';

/** Takes what became of a sample, and the request that was made for it. */
export type OnOutcome = (sample: Sample, request: ModelRequest, outcome: Outcome) => Promise<void>;

/**
 * Gets an outcome for every sample of a round and hands each over as it comes. Each provider works through its own
 * samples at its own pace, and waits for scores only when more than `backlog` are due. Ends when all are done or the run is stopped;
 * never rejects for what a provider does.
 */
export async function execute(
  execution: Execution,
  round: Round,
  onOutcome: OnOutcome,
  backlog: number,
  kept: Pick<Restorer, 'keptOf'> | null = null,
): Promise<void> {
  const columns = execution.plan.columns.map((column) => new ColumnCalls(column, execution, kept));
  const providers = new Set(execution.plan.columns.map((column) => column.model.provider));
  await Promise.all(
    [...providers].map((provider) => workThrough(provider, columns, execution, round, onOutcome, new Backlog(backlog))),
  );
}

async function workThrough(
  provider: string,
  columns: readonly ColumnCalls[],
  { plan, lanes, stop }: Execution,
  round: Round,
  onOutcome: OnOutcome,
  backlog: Backlog,
): Promise<void> {
  const own = [...plan.columns.keys()].filter((index) => plan.columns[index]?.model.provider === provider);
  const samples = round(own)[Symbol.iterator]();
  const work = async () => {
    while (stop.reason === null) {
      const { value: sample, done } = samples.next();
      const calls = done ? undefined : columns[sample.column];
      if (!calls) return;
      const request = calls.request(sample);
      const outcome = await calls.answer(sample, request);
      await backlog.add(onOutcome(sample, request, outcome));
    }
  };
  const workers = lanes.get(provider)?.concurrency ?? 1;
  await Promise.all(Array.from({ length: workers }, work));
  await backlog.drain();
}

/** Makes and answers the requests of one column. */
class ColumnCalls {
  readonly #column: PlannedColumn;
  readonly #make: ReturnType<typeof requestFactory>;
  readonly #answers: Answers;
  /** Outputs that the run has already. */
  readonly #kept: Pick<Restorer, 'keptOf'> | null;

  constructor(column: PlannedColumn, execution: Execution, kept: Pick<Restorer, 'keptOf'> | null) {
    this.#kept = kept;
    this.#column = column;
    this.#make = requestFactory(column.prompt, column.model);
    this.#answers = new Answers(execution, column.model, column.suite.cassette);
  }

  request(sample: Sample): ModelRequest {
    return this.#make(sample.case);
  }

  async answer(sample: Sample, request: ModelRequest): Promise<Outcome> {
    const output = (await this.#kept?.keptOf(sample))?.output;
    if (output) {
      this.#answers.record(request, sample.trial, labelsOf(this.#column, sample), output);
      return { output, error: null };
    }
    return this.#answers.get(request, sample.trial, labelsOf(this.#column, sample));
  }
}

/** What names a sample to people. */
export function labelsOf({ suite, prompt, model }: PlannedColumn, sample: Sample): AnswerLabels {
  return { suite: suite.id, prompt: prompt.id, model: model.text, case: sample.case.id, trial: sample.trial };
}
