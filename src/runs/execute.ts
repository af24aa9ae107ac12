import { Backlog } from '../answers/backlog.js';
import { Breath } from '../answers/breath.js';
import { ColumnCalls, type KeptOutputs, type OnOutcome, type Work } from '../answers/column-calls.js';
import type { AnswersOf } from '../answers/open-answers.js';
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
  /** How many outcomes may wait for their scores. */
  readonly backlog: number;
  readonly kept?: KeptOutputs | null;
  readonly batching?: Batching | null;
}

/**
 * Gets an outcome for every sample of a round and hands each over as it comes: live, or with `batching` in batches.
 * Each provider works through its own samples at its own pace, and waits for scores only when more than `backlog` are
 * due. Ends when all are done or the run is stopped; never rejects for what a provider does.
 */
export async function execute(
  round: Round,
  onOutcome: OnOutcome,
  { plan, lanes, answersOf, stop, backlog, kept = null, batching = null }: ExecuteOptions,
): Promise<void> {
  const columns = plan.columns.map((column) => new ColumnCalls(column, answersOf, kept));
  const callsOf = ({ column }: Sample) => {
    const calls = columns[column];
    if (!calls) throw new RangeError(`no column ${column} in the plan`);
    return calls;
  };
  const answer = async (provider: string) => {
    const own = [...plan.columns.entries()].filter(([, { model }]) => model.provider === provider);
    const work = { provider, callsOf, onOutcome, backlog };
    if (batching === null) {
      const models = [...new Set(own.map(([, { model }]) => model.text))];
      const indicesOf = (text: string) => own.flatMap(([index, { model }]) => (model.text === text ? index : []));
      return answerLive(work, models.map(indicesOf).map(round), lanes.of(provider).lane.concurrency, stop);
    }
    const { answerInBatches } = await import('./batches/batch-round.js');
    const samples = round(own.map(([index]) => index));
    await answerInBatches({ ...work, samples }, lanes.of(provider).lane, stop, batching);
  };
  await Promise.all([...new Set(plan.columns.map(({ model }) => model.provider))].map(answer));
}

/** Works through the samples of each model for itself: one that has to wait for its limits leaves the others alone. */
async function answerLive(
  { callsOf, onOutcome, backlog }: Omit<Work, 'samples'>,
  models: readonly Iterable<Sample>[],
  workers: number,
  stop: Stop,
): Promise<void> {
  const pending = new Backlog(backlog);
  const breath = new Breath();
  const work = async (samples: Iterator<Sample>) => {
    while (stop.reason === null) {
      const turn = breath.take();
      if (turn) await turn;
      const { value: sample, done } = samples.next();
      if (done) return;
      const calls = callsOf(sample);
      const request = calls.request(sample);
      const outcome = await calls.answer(sample, request);
      await pending.add(onOutcome(sample, request, outcome));
    }
  };
  const iterators = models.map((samples) => samples[Symbol.iterator]());
  await Promise.all(iterators.flatMap((samples) => Array.from({ length: workers }, () => work(samples))));
  await pending.drain();
}
