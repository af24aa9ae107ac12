import { dayOf } from '../core/text/day.js';
import { jsonText } from '../core/text/json-value.js';
import type { Output, RecordedAnswer } from '../model/output.js';
import { type Cache, isWholeAnswer, type KeptAnswer } from '../store/answers/cache.js';

/** An answer that was there already. */
interface KnownAnswer extends KeptAnswer {
  /** Whether the model gave it in this very run, to an equal request. */
  readonly shared: boolean;
}

/** An answer, and whether it took a call now. */
export interface PooledAnswer extends KnownAnswer {
  readonly source: Exclude<Output['source'], 'replay'>;
}

export interface Pooling {
  /** Whether an equal request that is in flight answers this one too. */
  readonly shared: boolean;
  /** Whether the answer serves equal requests that come later, in this run and in others. */
  readonly kept: boolean;
}

/** Characters of answers that are remembered where no cache does it: some 50,000 answers of usual length. */
const REMEMBERED = 1 << 24;

/**
 * Makes equal requests of a run one call: the second waits for the first, or finds its answer in the cache, or in memory
 * where the cache is off. It counts as an answer from the cache.
 */
export class AnswerPool {
  /** That of the run, like 2026-11-28: what is made in it is of that day. */
  readonly day: string;
  readonly #cache: Cache | null;
  readonly #open = new Map<string, Promise<PooledAnswer>>();
  readonly #remembered = new Map<string, RecordedAnswer>();
  /** The keys of what the model has answered in this run and that is kept. */
  readonly #given = new Set<string>();
  #room = REMEMBERED;

  constructor(cache: Cache | null, date: Date) {
    this.#cache = cache;
    this.day = dayOf(date);
  }

  /** The answer to the request with this key. Rejects as the call does, for all that wait for it. */
  async get(key: string, call: () => Promise<RecordedAnswer>, { shared, kept }: Pooling): Promise<PooledAnswer> {
    if (!shared) return this.#live(call());
    const open = this.#open.get(key);
    if (open) return sharedOf(await open);
    const found = kept ? this.#find(key, call) : this.#live(call());
    this.#open.set(key, found);
    try {
      return await found;
    } finally {
      this.#open.delete(key);
    }
  }

  /** The answer that is there already. */
  known(key: string): KnownAnswer | null {
    const answer = this.#remembered.get(key);
    const kept = answer ? { answer, made: this.day } : (this.#cache?.get(key) ?? null);
    return kept && { ...kept, shared: this.#given.has(key) };
  }

  /** Keeps an answer for equal requests that come later. */
  async keep(key: string, answer: RecordedAnswer): Promise<void> {
    this.#given.add(key);
    const written = (await this.#cache?.put(key, answer, this.day)) ?? false;
    if (!written || !this.#cache?.policy.read) this.#remember(key, answer);
  }

  async #find(key: string, call: () => Promise<RecordedAnswer>): Promise<PooledAnswer> {
    const known = this.known(key);
    if (known) return { ...known, source: 'cache' };
    const live = await this.#live(call());
    await this.keep(key, live.answer);
    return live;
  }

  async #live(call: Promise<RecordedAnswer>): Promise<PooledAnswer> {
    return { answer: await call, made: this.day, source: 'live', shared: false };
  }

  /** The oldest go first when there are too many. */
  #remember(key: string, answer: RecordedAnswer): void {
    if (!isWholeAnswer(answer)) return;
    this.#remembered.set(key, answer);
    this.#room -= sizeOf(answer);
    for (const [oldest, forgotten] of this.#remembered) {
      if (this.#room >= 0) return;
      this.#remembered.delete(oldest);
      this.#room += sizeOf(forgotten);
    }
  }
}

/** An answer for one more that asks the same. */
function sharedOf(answer: PooledAnswer): PooledAnswer {
  return { ...answer, source: 'cache', shared: answer.shared || answer.source === 'live' };
}

/** An estimate, in characters: its texts and about what the object around them takes. */
function sizeOf({ text, toolCalls }: RecordedAnswer): number {
  return text.length + (toolCalls.length > 0 ? jsonText(toolCalls).length : 0) + 200;
}
