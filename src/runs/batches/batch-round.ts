import type { Budgets } from '../../answers/budgets.js';
import type { Work } from '../../answers/column-calls.js';
import { type Answered, handedOver, type WorkLine } from '../../answers/work-lines.js';
import type { Lane } from '../../calls/lane.js';
import type { Stop } from '../../calls/stop.js';
import type { World } from '../../calls/world.js';
import type { Sample } from '../../core/scores/plan.js';
import { count } from '../../core/text/format.js';
import { ProviderError } from '../../providers/contract/provider-error.js';
import type { BatchLog, LoggedBatch } from '../../store/runs/batch-log.js';
import { AwaitedAnswers, type Settle, type Take } from './awaited-answers.js';
import { BatchCalls, leaves } from './batch-calls.js';
import { BatchPacker, type Pack } from './batch-packer.js';
import { OpenTalks } from './open-talks.js';

/** What answering in batches takes besides the round. */
export interface Batching {
  /** Of the run, which may go on: then it has batches that were handed in before. */
  readonly log: BatchLog;
  readonly world: Pick<World, 'date' | 'random' | 'sleep' | 'later'>;
  /** The name of the run, for the marks of its batches. */
  readonly run: string;
  /** Of the run: a request waits for room in them. */
  readonly budgets: Pick<Budgets, 'change'>;
  /** Writes every result that was settled to disk. */
  readonly flush: () => void;
  /** Told of every step, a sentence each. */
  readonly onStep: (step: string) => void;
  /** Told how far a batch is; null for `done` when the service does not say. */
  readonly onLook: (batch: { readonly mark: string; readonly done: number | null; readonly size: number }) => void;
  /** Told what a reader of the verdict has to know. */
  readonly onNote: (note: string) => void;
}

/**
 * Gets an outcome for every sample of a provider: from recordings and the cache as a live run does, and for all that is
 * left from batches. Batches that the run has already are waited for first. Step by step: the lines of one are to be
 * settled before the next is asked for. Ends when all have ended, or the run is stopped: they stay at the service then,
 * and in the log.
 */
export async function* batchSteps(
  work: Work,
  lane: Lane,
  stop: Stop,
  batching: Batching,
): AsyncGenerator<readonly WorkLine[]> {
  const round = new BatchRound(work, stop, batching, new BatchCalls(lane, batching.world, stop));
  for (let due: Iterable<Sample> | null = work.samples; due !== null; due = await round.left()) {
    yield [round.collect(due)];
    yield round.gather();
  }
}

class BatchRound {
  readonly #work: Work;
  readonly #stop: Stop;
  readonly #batching: Batching;
  readonly #calls: BatchCalls;
  readonly #awaited: AwaitedAnswers;
  /** Samples that the budget has no room for before others have ended. */
  readonly #deferred: Sample[] = [];
  readonly #talks: OpenTalks;
  /** Resolves when something has ended since the first of them. */
  #room: Promise<void> | null = null;
  /** How many batches were waited for last. */
  #gathered = 0;
  /** Batches whose lot is not known, and why: what they may answer must not be asked for again. */
  readonly #unknown = new Map<string, ProviderError>();

  constructor(work: Work, stop: Stop, batching: Batching, calls: BatchCalls) {
    this.#work = work;
    this.#stop = stop;
    this.#batching = batching;
    this.#calls = calls;
    this.#awaited = new AwaitedAnswers(work.callsOf);
    this.#talks = new OpenTalks(work.callsOf);
  }

  /** Settles what is there already, and hands in what is neither there nor in a batch of the run. */
  collect(samples: Iterable<Sample>): WorkLine {
    return { outcomes: this.#outcomes((settle) => this.#collect(samples, settle)) };
  }

  async #collect(samples: Iterable<Sample>, settle: Settle): Promise<void> {
    await this.#findLost();
    let packer: BatchPacker | null = null;
    for (const sample of samples) {
      if (this.#stop.reason !== null) return;
      const calls = this.#work.callsOf(sample);
      try {
        const next = await this.#talks.advance(sample, calls, settle);
        if (next === null) continue;
        const { request, step, key } = next;
        if (this.#awaited.join(key, { sample, step })) continue;
        const paid = this.#open().some(({ keys }) => keys.has(key));
        const service = paid ? null : await this.#calls.batches();
        const item = await service?.prepare(key, request, this.#calls.media);
        const hold = calls.answers.hold(request, calls.labels(sample, step), { paid });
        if (hold === null) {
          this.#room ??= this.#batching.budgets.change();
          this.#deferred.push(sample);
          continue;
        }
        this.#awaited.add(key, { sample, step }, hold);
        if (!service || !item) continue;
        packer ??= new BatchPacker(service);
        const full = packer.add(item);
        if (full) await this.#handIn(full, settle);
      } catch (error) {
        await this.#talks.take(sample, calls.answers.fail(error), settle);
      }
    }
    for (const pack of packer?.close() ?? []) await this.#handIn(pack, settle);
  }

  /** Waits for all batches that something is awaited from, each for itself. */
  gather(): readonly WorkLine[] {
    const batches = this.#open().filter(({ keys }) => this.#awaited.hasAny(keys));
    this.#gathered = batches.length;
    return batches.map((batch) => this.#take(batch));
  }

  /**
   * The samples that none of the batches had, and those that there was no room for in the budget before; null when none
   * is left.
   */
  async left(): Promise<readonly Sample[] | null> {
    const left = [...this.#talks.due(), ...this.#awaited.release()];
    const deferred = this.#deferred.splice(0);
    if (leaves(this.#stop)) return null;
    // Calls of the judge, or of other providers, stand in the way
    if (this.#gathered === 0) await this.#room;
    this.#room = null;
    const due = [...left, ...deferred];
    return due.length > 0 ? due : null;
  }

  /** What comes of samples, as an iterable. */
  #outcomes(make: (settle: Settle) => Promise<void>): AsyncIterable<Answered> {
    return handedOver((put) =>
      make((sample, outcome) => put({ sample, request: this.#work.callsOf(sample).request(sample), outcome })),
    );
  }

  /** An answer may be one of several of its sample. */
  #taking(settle: Settle): Take {
    return (sample, outcome, key) => this.#talks.take(sample, outcome, settle, key);
  }

  #open(): readonly LoggedBatch[] {
    return this.#batching.log.open.filter(({ provider }) => provider === this.#work.provider);
  }

  /** Looks for batches that an earlier process was about to hand in when it ended. */
  async #findLost(): Promise<void> {
    const { log, onStep } = this.#batching;
    for (const { mark, at, keys, handedIn } of this.#open()) {
      if (handedIn !== null || this.#unknown.has(mark)) continue;
      try {
        const found = await this.#calls.find({ mark, at, size: keys.size });
        const known = new Set(log.open.flatMap((batch) => batch.handedIn?.ids ?? []));
        const ids = found.filter((id) => !known.has(id));
        if (ids.length === 0) log.end(mark);
        else log.handIn(mark, ids, (await this.#calls.batches()).marked);
        if (ids.length > 0)
          onStep(`${this.#work.provider}: found the batch ${ids.join(' or ')} that was handed in before`);
      } catch (error) {
        if (!(error instanceof ProviderError)) throw error;
        this.#unknown.set(mark, error);
      }
    }
  }

  async #handIn(pack: Pack, settle: Settle): Promise<void> {
    const { log, run, world, onStep } = this.#batching;
    if (this.#stop.reason !== null) return;
    const mark = `${run}-${Math.floor(world.random() * 36 ** 8).toString(36)}`;
    const keys = new Set(pack.items.map(({ id }) => id));
    const at = world.date();
    log.intend({ mark, provider: this.#work.provider, at, keys });
    const handedIn = await this.#calls.handIn({ mark, ...pack }, at);
    if (handedIn.failure === null) {
      log.handIn(mark, handedIn.ids, handedIn.certain);
      onStep(`${this.#work.provider}: handed in ${count(keys.size, 'request')} as batch ${handedIn.ids.join(' or ')}`);
      return;
    }
    if (handedIn.unsure) this.#unknown.set(mark, handedIn.failure);
    else log.end(mark);
    await this.#awaited.failAll(keys, handedIn.failure, this.#taking(settle));
  }

  /** Waits for a batch and settles what came of its requests. */
  #take(batch: LoggedBatch): WorkLine {
    const { mark, keys, handedIn } = batch;
    let isWhole = false;
    const outcomes = this.#outcomes(async (settle) => {
      const unknown = this.#unknown.get(mark);
      const take = this.#taking(settle);
      if (unknown) await this.#awaited.failAll(keys, unknown, take);
      isWhole = !unknown && handedIn !== null && (await this.#settleBatch(batch, handedIn, take));
    });
    const onSettled = () => {
      // Scores that a cancelled run has not made are not in the journal: the results are read once more
      if (!isWhole || leaves(this.#stop)) return;
      this.#batching.flush();
      this.#batching.log.end(mark);
    };
    return { outcomes, onSettled };
  }

  /** Settles what comes of a batch; says whether nothing more can come of it. */
  async #settleBatch(
    { mark, keys }: LoggedBatch,
    { ids, certain }: NonNullable<LoggedBatch['handedIn']>,
    take: Take,
  ): Promise<boolean> {
    const { onLook, onNote } = this.#batching;
    const size = keys.size;
    let strangers = 0;
    try {
      let missing: ProviderError | null = null;
      for (const id of ids) {
        missing = await this.#calls.follow(id, ({ done }) => onLook({ mark, done, size }));
        if (missing === null) return false;
        await this.#calls.read(id, async (results) => {
          strangers = await this.#awaited.settleResults(results, keys, take);
        });
      }
      // What was found by its size and time may be another batch; what it lacks is asked for anew
      if (certain && missing) await this.#awaited.failAll(keys, missing, take);
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      if (error.kind === 'cancelled') return false;
      await this.#awaited.failAll(keys, explainLoss(error, ids), take);
      // Else it stays in the log: going on with the run asks for it again
      return isGone(error);
    }
    if (strangers > 0 && certain)
      onNote(
        `${count(strangers, 'result')} of batch ${ids.join(' or ')} of ${this.#work.provider} had an id that was not asked for, or came twice; ${strangers === 1 ? 'it was' : 'they were'} ignored.`,
      );
    return true;
  }
}

/** Whether the service has the batch or its results no more. */
function isGone({ status }: ProviderError): boolean {
  return status === 404 || status === 410;
}

/** The error of a batch, in place of one that speaks of a model. */
function explainLoss(error: ProviderError, ids: readonly string[]): ProviderError {
  const { kind, status, message } = error;
  const name = `batch ${ids.join(' or ')}`;
  return isGone(error)
    ? new ProviderError('server', `${name} is gone: ${message}`, { status })
    : new ProviderError(kind, `${name} stays at the service: ${message}`, { status, fatal: false });
}
