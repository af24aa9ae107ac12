import { createHash } from 'node:crypto';
import { type Embedder, EmbedderError, type EmbedOptions } from './embedder.js';

/** What turns texts into vectors, whoever asked for them. */
export interface Engine extends Pick<Embedder, 'id' | 'dimensions' | 'close'> {
  /** One vector a text, in their order. The texts are a window: all different, and no more than was agreed. */
  embed(texts: readonly string[]): Promise<readonly Float32Array[]>;
  /** Whether an error may be the fault of one text: then the window is halved, so that it costs no other its vector. */
  refused?(error: unknown): boolean;
}

/** Vectors that outlive the process, by the text they belong to. Neither function rejects. */
export interface VectorStore {
  get(text: string): Promise<Float32Array | null>;
  put(text: string, vector: Float32Array): Promise<void>;
}

export interface BatchOptions {
  /** Texts given to the engine at once. */
  readonly window: number;
  /** Windows that the engine works on at once. */
  readonly inFlight: number;
  /** Vectors kept in memory, in bytes. */
  readonly cacheBytes?: number;
  readonly store?: VectorStore | null;
}

/** 10,000 vectors of 512 components. */
const CACHE_BYTES = 20 * 1024 * 1024;

/** One distinct text under way, whoever waits for it. */
interface Job {
  readonly key: string;
  readonly text: string;
  readonly done: Promise<Float32Array>;
  readonly resolve: (vector: Float32Array) => void;
  readonly reject: (error: unknown) => void;
  waiters: number;
}

/**
 * Gathers what many callers ask of an engine: calls made while it is busy share its next window, a text is embedded
 * once however often it is asked for, and its vector is kept by content, in memory and in the store when there is one.
 */
export class BatchedEmbedder implements Embedder {
  readonly #engine: Engine;
  readonly #options: Required<BatchOptions>;
  readonly #cache = new Map<string, Float32Array>();
  readonly #jobs = new Map<string, Job>();
  #cachedBytes = 0;
  #queue: Job[] = [];
  #windows = 0;
  #lookUps = 0;
  #closed = false;

  constructor(engine: Engine, options: BatchOptions) {
    this.#engine = engine;
    this.#options = { cacheBytes: CACHE_BYTES, store: null, ...options };
  }

  get id(): string {
    return this.#engine.id;
  }

  get dimensions(): number | null {
    return this.#engine.dimensions;
  }

  async embed(texts: readonly string[], { signal }: EmbedOptions = {}): Promise<readonly Float32Array[]> {
    if (this.#closed) throw closedError();
    signal?.throwIfAborted();
    const found = texts.map((text) => this.#find(text));
    const jobs = found.filter((item): item is Job => !(item instanceof Float32Array));
    for (const job of jobs) job.waiters += 1;
    // Calls made in the same turn of the event loop share a window.
    queueMicrotask(() => this.#send());
    const vectors = Promise.all(found.map((item) => (item instanceof Float32Array ? item : item.done)));
    try {
      return await unlessAborted(vectors, signal);
    } finally {
      for (const job of jobs) job.waiters -= 1;
      if (signal?.aborted) this.#dropUnwanted();
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const jobs = [...this.#jobs.values()];
    this.#jobs.clear();
    this.#queue = [];
    for (const job of jobs) job.reject(closedError());
    await this.#engine.close();
  }

  /** The vector of a text that is known, or the job that will make it. */
  #find(text: string): Float32Array | Job {
    const key = createHash('sha256').update(text, 'utf16le').digest('base64');
    const cached = this.#cache.get(key);
    if (cached) {
      // Moved to the end: the first entry is always the one unused for longest.
      this.#cache.delete(key);
      this.#cache.set(key, cached);
      return cached;
    }
    const known = this.#jobs.get(key);
    if (known) return known;
    const job = newJob(key, text);
    this.#jobs.set(key, job);
    if (this.#options.store === null) this.#queue.push(job);
    else void this.#lookUp(job, this.#options.store);
    return job;
  }

  async #lookUp(job: Job, store: VectorStore): Promise<void> {
    this.#lookUps += 1;
    const vector = await store.get(job.text);
    this.#lookUps -= 1;
    if (vector) this.#settle(job, vector);
    else if (this.#jobs.get(job.key) === job) this.#queue.push(job);
    this.#send();
  }

  /** Sends what waits, as far as the engine is free: what arrives meanwhile goes together into the next window. */
  #send(): void {
    const { window, inFlight } = this.#options;
    while (this.#windows < inFlight && this.#queue.length > 0) {
      // What is still looked up in the store may join this window
      if (this.#lookUps > 0 && this.#queue.length < window) return;
      const jobs = this.#queue.slice(0, window);
      this.#queue = this.#queue.slice(window);
      this.#windows += 1;
      void this.#embedWindow(jobs).then(() => {
        this.#windows -= 1;
        this.#send();
      });
    }
  }

  /** Settles every job of a window. Never rejects. */
  async #embedWindow(jobs: readonly Job[]): Promise<void> {
    try {
      const vectors = await this.#engine.embed(jobs.map(({ text }) => text));
      for (const [index, job] of jobs.entries()) {
        const vector = vectors[index];
        if (vector === undefined) throw new EmbedderError('answer', `${this.id} left out a text`);
        this.#settle(job, vector);
        void this.#options.store?.put(job.text, vector);
      }
    } catch (error) {
      if (jobs.length > 1 && this.#engine.refused?.(error)) {
        const middle = Math.ceil(jobs.length / 2);
        await this.#embedWindow(jobs.slice(0, middle));
        return this.#embedWindow(jobs.slice(middle));
      }
      for (const job of jobs) {
        this.#forget(job);
        job.reject(error);
      }
    }
  }

  #settle(job: Job, vector: Float32Array): void {
    this.#forget(job);
    this.#remember(job.key, vector);
    job.resolve(vector);
  }

  #forget(job: Job): void {
    if (this.#jobs.get(job.key) === job) this.#jobs.delete(job.key);
  }

  #remember(key: string, vector: Float32Array): void {
    this.#cache.set(key, vector);
    this.#cachedBytes += vector.byteLength;
    for (const [oldest, { byteLength }] of this.#cache) {
      if (this.#cachedBytes <= this.#options.cacheBytes) break;
      this.#cache.delete(oldest);
      this.#cachedBytes -= byteLength;
    }
  }

  /** Forgets what waits to be sent for nobody, after a call was aborted. */
  #dropUnwanted(): void {
    for (const job of this.#queue) if (job.waiters === 0) this.#forget(job);
    this.#queue = this.#queue.filter((job) => job.waiters > 0);
  }
}

function newJob(key: string, text: string): Job {
  let resolve: Job['resolve'] = () => undefined;
  let reject: Job['reject'] = () => undefined;
  const done = new Promise<Float32Array>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  // A job whose callers all aborted has nobody to hear of its failure.
  done.catch(() => undefined);
  return { key, text, done, resolve, reject, waiters: 0 };
}

function closedError(): EmbedderError {
  return new EmbedderError('stopped', 'the embedding model was closed');
}

/** The promise, or a rejection with the signal's reason as soon as that is aborted. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  let abort: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
