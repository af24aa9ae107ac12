import { Breath } from '../answers/breath.js';
import { type CallsOf, ColumnCalls, type Conversing, type KeptOutputs } from '../answers/column-calls.js';
import type { AnswersOf } from '../answers/open-answers.js';
import { type Answered, settleLine, type WorkLine } from '../answers/work-lines.js';
import type { Lanes } from '../calls/lanes.js';
import type { Stop } from '../calls/stop.js';
import type { Plan, Sample } from '../core/scores/plan.js';
import type { Batching } from './batches/batch-round.js';
import type { Round } from './rounds.js';

export interface ExecuteOptions {
  readonly plan: Plan;
  readonly lanes: Lanes;
  readonly answersOf: AnswersOf;
  readonly stop: Stop;
  /** In milliseconds. */
  readonly now: () => number;
  /** How many outcomes of a provider may wait for their scores, but for one of each call that may be in flight. */
  readonly backlog: number;
  /** Null when the run has no outputs yet. */
  readonly kept: KeptOutputs | null;
  readonly conversing: Conversing;
  /** Null when answers come live. */
  readonly batching: Batching | null;
}

/**
 * Gets an outcome for every sample of a round, live or in batches, and has each settled as it comes. Each provider works
 * through its own samples at its own pace. Ends when all are done or the run is stopped; never rejects for what a
 * provider does.
 */
export async function execute(
  round: Round,
  settle: (answered: Answered) => Promise<void>,
  { plan, lanes, answersOf, stop, now, backlog, kept, conversing, batching }: ExecuteOptions,
): Promise<void> {
  const columns = plan.columns.map((column) => new ColumnCalls(column, answersOf, kept, conversing));
  const callsOf: CallsOf = ({ column }) => {
    const calls = columns[column];
    if (!calls) throw new RangeError(`no column ${column} in the plan`);
    return calls;
  };
  const stepsOf = async (
    provider: string,
  ): Promise<AsyncIterable<readonly WorkLine[]> | Iterable<readonly WorkLine[]>> => {
    const { lane } = lanes.of(provider);
    const own = [...plan.columns.entries()].filter(([, { model }]) => model.provider === provider);
    if (batching === null) {
      // One model that has to wait for its limits leaves the others alone
      const models = [...new Set(own.map(([, { model }]) => model.text))];
      const indicesOf = (text: string) => own.flatMap(([index, { model }]) => (model.text === text ? index : []));
      return [liveLines(models.map(indicesOf).map(round), lane.concurrency, callsOf, { stop, now })];
    }
    const { batchSteps } = await import('./batches/batch-round.js');
    return batchSteps({ provider, callsOf, samples: round(own.map(([index]) => index)) }, lane, stop, batching);
  };
  const work = async (provider: string) => {
    for await (const lines of await stepsOf(provider)) {
      const atOnce = Math.ceil(backlog / lines.length);
      await Promise.all(lines.map((line) => settleLine(line, settle, atOnce)));
    }
  };
  await Promise.all([...new Set(plan.columns.map(({ model }) => model.provider))].map(work));
}

/** For the samples of each model as many lines as calls may be in flight. */
function liveLines(
  models: readonly Iterable<Sample>[],
  concurrency: number,
  callsOf: CallsOf,
  { stop, now }: Pick<ExecuteOptions, 'stop' | 'now'>,
): readonly WorkLine[] {
  const breath = new Breath(now);
  const iterators = models.map((samples) => samples[Symbol.iterator]());
  return iterators.flatMap((samples) =>
    Array.from({ length: concurrency }, () => ({ outcomes: answerLive(samples, callsOf, stop, breath) })),
  );
}

async function* answerLive(
  samples: Iterator<Sample>,
  callsOf: CallsOf,
  stop: Stop,
  breath: Breath,
): AsyncGenerator<Answered> {
  while (stop.reason === null) {
    const turn = breath.take();
    if (turn) await turn;
    const { value: sample, done } = samples.next();
    if (done) return;
    const calls = callsOf(sample);
    const request = calls.request(sample);
    yield { sample, request, outcome: await calls.answer(sample, request) };
  }
}
