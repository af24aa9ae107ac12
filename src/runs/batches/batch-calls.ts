import { setMaxListeners } from 'node:events';
import { late } from '../../calls/in-flight.js';
import type { Lane } from '../../calls/lane.js';
import type { Stop } from '../../calls/stop.js';
import type { World } from '../../calls/world.js';
import type { Batches, BatchResult, BatchStatus, LostBatch, NewBatch } from '../../providers/contract/batches.js';
import type { FindMedia } from '../../providers/contract/media.js';
import { ProviderError } from '../../providers/contract/provider-error.js';

/** The time limit of a small request, in milliseconds. */
const ASK_MS = 60_000;
/** That of one which carries a whole batch. */
const HAND_IN_MS = 15 * 60_000;
/** Longer than any download; what stalls is ended by the connection's own limit of five minutes. */
const READ_MS = 24 * 60 * 60_000;

const TRIES = 5;
const FIRST_BACKOFF_MS = 1000;
const LONGEST_BACKOFF_MS = 30_000;

/** How long to wait before a batch is looked at: a second at first, half as long again each time, a minute at most. */
const FIRST_LOOK_MS = 1000;
const LOOK_GROWTH = 1.5;
const LONGEST_LOOK_MS = 60_000;
/** Looks that may fail one after the other. The batch stays where it is. */
const FAILED_LOOKS = 10;

/** What handing a batch in came to. */
export type HandingIn =
  | { readonly ids: readonly string[]; readonly certain: boolean; readonly failure: null }
  /** `unsure`: the service may have it all the same. */
  | { readonly failure: ProviderError; readonly unsure: boolean };

/** The calls that batches take, with the patience that each deserves. */
export class BatchCalls {
  readonly #lane: Lane;
  readonly #world: Pick<World, 'random' | 'sleep' | 'later'>;
  /** Aborted when the run is to end without waiting. */
  readonly #leaving = new AbortController();

  constructor(lane: Lane, world: Pick<World, 'random' | 'sleep' | 'later'>, stop: Stop) {
    this.#lane = lane;
    this.#world = world;
    setMaxListeners(0, this.#leaving.signal);
    const look = () => {
      if (leaves(stop)) this.#leaving.abort();
    };
    stop.onRequest(look);
    stop.onCancel(look);
  }

  /** Finds the bytes that messages name. */
  get media(): FindMedia | undefined {
    return this.#lane.media;
  }

  /** What the service can do. Throws ProviderError when there is no way to it. */
  async batches(): Promise<Batches> {
    return this.#lane.aside(async ({ batches }) => {
      if (batches) return batches;
      throw new ProviderError('invalid-request', 'this provider has no batches');
    });
  }

  /**
   * Hands a batch in. When no answer comes the service may have it all the same: it is looked for before it is handed in
   * again.
   */
  async handIn(batch: NewBatch, at: Date): Promise<HandingIn> {
    const lost = { mark: batch.mark, size: batch.items.length, at };
    let unsure = false;
    for (let attempt = 0; ; attempt++) {
      try {
        const id = await this.#within(HAND_IN_MS, (batches, signal) => batches.submit(batch, { signal }));
        return { ids: [id], certain: true, failure: null };
      } catch (error) {
        if (!(error instanceof ProviderError)) throw error;
        unsure ||= mayHaveArrived(error);
        if (!error.transient || attempt + 1 >= TRIES || !(await this.#pause(backoff(error, attempt, this.#world))))
          return { failure: error, unsure };
      }
      if (!unsure) continue;
      try {
        const ids = await this.find(lost);
        if (ids.length > 0) return { ids, certain: (await this.batches()).marked, failure: null };
      } catch (error) {
        if (!(error instanceof ProviderError)) throw error;
        return { failure: error, unsure };
      }
    }
  }

  /** The ids of batches that may be a lost one. Rejects with ProviderError. */
  find(lost: LostBatch): Promise<readonly string[]> {
    return this.#insist(() => this.#within(ASK_MS, (batches, signal) => batches.find(lost, { signal })));
  }

  /**
   * Waits until a batch has ended and resolves to what a request without a result means then, or to null when the run is
   * to end before. Rejects with ProviderError when the service will not say; the batch stays there.
   */
  async follow(id: string, onLook: (status: BatchStatus) => void): Promise<ProviderError | null> {
    let failed = 0;
    for (let wait = FIRST_LOOK_MS; ; wait = Math.min(LONGEST_LOOK_MS, wait * LOOK_GROWTH)) {
      if (!(await this.#pause(wait))) return null;
      try {
        const status = await this.#within(ASK_MS, (batches, signal) => batches.status(id, { signal }));
        failed = 0;
        onLook(status);
        if (status.ended) return status.ended.missing;
      } catch (error) {
        if (!(error instanceof ProviderError)) throw error;
        if (error.kind === 'cancelled') return null;
        if (!error.transient || ++failed >= FAILED_LOOKS) throw error;
        wait = Math.max(wait, Math.min(error.retryAfterMs ?? 0, LONGEST_LOOK_MS));
      }
    }
  }

  /** Reads the results of a batch, from the start again when the connection fails. Rejects with ProviderError. */
  read(id: string, take: (results: AsyncIterable<BatchResult>) => Promise<void>): Promise<void> {
    return this.#insist(() => this.#within(READ_MS, (batches, signal) => take(batches.results(id, { signal }))));
  }

  /** Repeats what is safe to repeat. */
  async #insist<T>(make: () => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await make();
      } catch (error) {
        if (!(error instanceof ProviderError) || !error.transient || attempt + 1 >= TRIES) throw error;
        if (!(await this.#pause(backoff(error, attempt, this.#world)))) throw error;
      }
    }
  }

  #within<T>(ms: number, make: (batches: Batches, signal: AbortSignal) => Promise<T>): Promise<T> {
    return this.#lane.aside(async ({ batches }, cancelled) => {
      if (!batches) throw new ProviderError('invalid-request', 'this provider has no batches');
      const controller = new AbortController();
      const abort = () => controller.abort(cancelled.reason);
      if (cancelled.aborted) abort();
      cancelled.addEventListener('abort', abort, { once: true });
      const liftLimit = this.#world.later(ms, () => controller.abort(late(ms)));
      try {
        return await make(batches, controller.signal);
      } finally {
        liftLimit();
        cancelled.removeEventListener('abort', abort);
      }
    });
  }

  /** Waits, and says whether to go on. */
  async #pause(ms: number): Promise<boolean> {
    await this.#world.sleep(ms, this.#leaving.signal);
    return !this.#leaving.signal.aborted;
  }
}

/** Whether a run ends without waiting for its batches. One that failed fast still takes what it has paid for. */
export function leaves({ reason, cancelled }: Stop): boolean {
  return cancelled || (reason !== null && reason !== 'fail-fast');
}

/** Whether what was sent may be there although no good answer came: any but a clear refusal. */
function mayHaveArrived({ kind, status }: ProviderError): boolean {
  if (kind === 'bad-response' || kind === 'cancelled') return true;
  return status === null ? kind === 'network' || kind === 'timeout' : status >= 500 || status === 408;
}

/** What the service asks for, else exponential with full jitter; a minute at most. */
function backoff({ retryAfterMs }: ProviderError, attempt: number, { random }: Pick<World, 'random'>): number {
  if (retryAfterMs !== null) return Math.min(retryAfterMs, LONGEST_LOOK_MS);
  return FIRST_BACKOFF_MS + random() * Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** attempt);
}
