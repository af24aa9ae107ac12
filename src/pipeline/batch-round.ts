import { count } from '../core/format.js';
import type { Sample } from '../core/plan.js';
import type { RecordedAnswer } from '../model/output.js';
import type { BatchResult } from '../providers/batches.js';
import { ProviderError } from '../providers/provider.js';
import type { BatchLog, LoggedBatch } from '../store/batch-log.js';
import type { Hold } from './answers.js';
import { BatchCalls, leaves } from './batch-calls.js';
import { BatchPacker, type Pack } from './batch-packer.js';
import type { Work } from './execute.js';
import type { Execution } from './execution.js';
import type { World } from './world.js';

/** What answering in batches takes besides the round. */
export interface Batching {
  /** Of the run, which may go on: then it has batches that were handed in before. */
  readonly log: BatchLog;
  readonly world: Pick<World, 'date' | 'random' | 'sleep'>;
  /** The name of the run, for the marks of its batches. */
  readonly run: string;
  /** Writes every result that was settled to disk. */
  readonly flush: () => void;
  /** Told of every step, a sentence each. */
  readonly onStep: (step: string) => void;
  /** Told how far a batch is; null for `done` when the service does not say. */
  readonly onLook: (batch: { readonly mark: string; readonly done: number | null; readonly size: number }) => void;
  /** Told what a reader of the verdict has to know. */
  readonly onNote: (note: string) => void;
}

/** An answer that is waited for, and by whom: equal requests are asked once. */
interface Awaited {
  readonly samples: Sample[];
  readonly hold: Hold;
}

/**
 * Gets an outcome for every sample of a provider: from recordings and the cache as a live run does, and for all that is
 * left from batches. Batches that the run has already are waited for first. Resolves when all have ended, or the run is
 * stopped: they stay at the service then, and in the log.
 */
export async function answerInBatches(work: Work, execution: Execution, batching: Batching): Promise<void> {
  const lane = execution.lanes.get(work.provider);
  if (!lane) throw new Error(`provider ${work.provider} was not loaded`);
  const round = new BatchRound(work, execution, batching, new BatchCalls(lane, batching.world, execution.stop));
  for (let due: Iterable<Sample> | null = work.samples; due !== null; due = await round.gather()) {
    await round.collect(due);
  }
}

class BatchRound {
  readonly #work: Work;
  readonly #execution: Execution;
  readonly #batching: Batching;
  readonly #calls: BatchCalls;
  /** By key. */
  readonly #awaited = new Map<string, Awaited>();
  /** Samples that the budget has no room for before others have ended. */
  readonly #deferred: Sample[] = [];
  /** Resolves when something has ended since the first of them. */
  #room: Promise<void> | null = null;
  /** Batches whose lot is not known, and why: what they may answer must not be asked for again. */
  readonly #unknown = new Map<string, ProviderError>();

  constructor(work: Work, execution: Execution, batching: Batching, calls: BatchCalls) {
    this.#work = work;
    this.#execution = execution;
    this.#batching = batching;
    this.#calls = calls;
  }

  /** Settles what is there already, and hands in what is neither there nor in a batch of the run. */
  async collect(samples: Iterable<Sample>): Promise<void> {
    await this.#findLost();
    let packer: BatchPacker | null = null;
    for (const sample of samples) {
      if (this.#execution.stop.reason !== null) return;
      const calls = this.#work.callsOf(sample);
      const request = calls.request(sample);
      const key = calls.answers.keyOf(request, sample.trial);
      if (this.#join(key, sample)) continue;
      try {
        const found = (await calls.keptOf(sample, request)) ?? (await calls.answers.find(key, calls.labels(sample)));
        if (found) {
          await this.#work.settle(sample, request, found);
          continue;
        }
        const paid = this.#open().some(({ keys }) => keys.has(key));
        const service = paid ? null : await this.#calls.batches();
        const item = service?.prepare(key, request);
        const hold = calls.answers.hold(request, calls.labels(sample), { paid });
        if (hold === null) {
          this.#room ??= this.#execution.budgets.change();
          this.#deferred.push(sample);
          continue;
        }
        this.#awaited.set(key, { samples: [sample], hold });
        if (!service || !item) continue;
        packer ??= new BatchPacker(service);
        const full = packer.add(item);
        if (full) await this.#handIn(full);
      } catch (error) {
        await this.#work.settle(sample, request, calls.answers.fail(error));
      }
    }
    for (const pack of packer?.close() ?? []) await this.#handIn(pack);
  }

  /**
   * Waits for all batches that something is awaited from. Returns the samples that none of them had, and those that there
   * was no room for in the budget before; null when none is left.
   */
  async gather(): Promise<readonly Sample[] | null> {
    const batches = this.#open().filter(({ keys }) => this.#has(keys));
    await Promise.all(batches.map((batch) => this.#take(batch)));
    const left = [...this.#awaited.values()].flatMap(({ samples, hold }) => {
      hold(null);
      return samples;
    });
    this.#awaited.clear();
    const deferred = this.#deferred.splice(0);
    if (leaves(this.#execution.stop)) return null;
    // Calls of the judge, or of other providers, stand in the way
    if (batches.length === 0) await this.#room;
    this.#room = null;
    const due = [...left, ...deferred];
    return due.length > 0 ? due : null;
  }

  /** Whether an equal request is awaited already; then it answers this sample too. */
  #join(key: string, sample: Sample): boolean {
    const same = this.#awaited.get(key);
    same?.samples.push(sample);
    return same !== undefined;
  }

  #open(): readonly LoggedBatch[] {
    return this.#batching.log.open.filter(({ provider }) => provider === this.#work.provider);
  }

  #has(keys: ReadonlySet<string>): boolean {
    for (const key of keys) if (this.#awaited.has(key)) return true;
    return false;
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

  async #handIn(pack: Pack): Promise<void> {
    const { log, run, world, onStep } = this.#batching;
    if (this.#execution.stop.reason !== null) return;
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
    await this.#failAll(keys, handedIn.failure);
  }

  /** Waits for a batch and settles what came of its requests. */
  async #take(batch: LoggedBatch): Promise<void> {
    const { log, flush, onLook, onNote } = this.#batching;
    const { mark, keys, handedIn } = batch;
    const size = keys.size;
    const unknown = this.#unknown.get(mark);
    if (unknown || handedIn === null) {
      if (unknown) await this.#failAll(keys, unknown);
      return;
    }
    let strangers = 0;
    try {
      let missing: ProviderError | null = null;
      for (const id of handedIn.ids) {
        missing = await this.#calls.follow(id, ({ done }) => onLook({ mark, done, size }));
        if (missing === null) return;
        await this.#calls.read(id, async (results) => {
          strangers = await this.#settleResults(results, keys);
        });
      }
      // What was found by its size and time may be another batch; what it lacks is asked for anew
      if (handedIn.certain && missing) await this.#failAll(keys, missing);
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      if (error.kind === 'cancelled') return;
      await this.#failAll(keys, explainLoss(error, handedIn.ids));
      // Else it stays in the log: going on with the run asks for it again
      if (isGone(error)) log.end(mark);
      return;
    }
    if (strangers > 0 && handedIn.certain)
      onNote(
        `${count(strangers, 'result')} of batch ${handedIn.ids.join(' or ')} of ${this.#work.provider} had an id that was not asked for, or came twice; ${strangers === 1 ? 'it was' : 'they were'} ignored.`,
      );
    await this.#work.drain();
    // Scores that a cancelled run has not made are not in the journal: the results are read once more
    if (leaves(this.#execution.stop)) return;
    flush();
    log.end(mark);
  }

  /** Settles results by their ids. Returns how many were not asked for, or were there before. */
  async #settleResults(results: AsyncIterable<BatchResult>, keys: ReadonlySet<string>): Promise<number> {
    const seen = new Set<string>();
    let strangers = 0;
    for await (const { id, result } of results) {
      if (!keys.has(id) || seen.has(id)) {
        strangers++;
        continue;
      }
      seen.add(id);
      await this.#settle(id, result);
    }
    return strangers;
  }

  async #failAll(keys: Iterable<string>, error: ProviderError): Promise<void> {
    for (const key of keys) await this.#settle(key, error);
  }

  /** Settles all samples that await an answer, if any do. */
  async #settle(key: string, result: BatchResult['result']): Promise<void> {
    const awaited = this.#awaited.get(key);
    if (!awaited) return;
    this.#awaited.delete(key);
    const answer =
      result instanceof ProviderError ? null : ({ ...result, latencyMs: null, batched: true } satisfies RecordedAnswer);
    awaited.hold(answer);
    for (const [index, sample] of awaited.samples.entries()) {
      const calls = this.#work.callsOf(sample);
      const outcome =
        answer === null
          ? calls.answers.fail(result)
          : await calls.answers.keep(key, answer, calls.labels(sample), index === 0 ? 'live' : 'cache');
      await this.#work.settle(sample, calls.request(sample), outcome);
    }
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
