import { existsSync } from 'node:fs';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { type Redact, redactSecrets } from '../../core/text/redact.js';
import { describeThrown } from '../../core/text/thrown.js';
import { type CallOutcome, FLAG, type ThreadData, type ToMain, type ToThread } from './protocol.js';

/** How long an answer may take that the main thread stands still for, in milliseconds. */
const AWAITED_MS = 10_000;

/** How long a thread may leave a sign of life waiting, in milliseconds. */
const SIGN_MS = 2000;

/** What a thread tells whoever started it. */
export interface ThreadListener {
  onMessage(message: Exclude<ToMain, { kind: 'sign' | 'last' }>): void;
  /** It computes without end: a sign of life was asked for, and none came. */
  onSilence(): void;
  /** It has ended by itself, and why. */
  onEnd(why: string): void;
}

/** A worker thread from its start to its end. It keeps the process alive only while it is held. */
export class RunningThread {
  readonly #worker: Worker;
  readonly #answers: MessagePort;
  readonly #flag = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  readonly #listener: ThreadListener;
  /** Runs while it is to give a sign of life. */
  #sign: NodeJS.Timeout | null = null;
  #onLast: (() => void) | null = null;

  constructor(module: Omit<ThreadData, 'answers' | 'flag'>, listener: ThreadListener) {
    const { port1, port2 } = new MessageChannel();
    const data: ThreadData = { ...module, answers: port2, flag: this.#flag };
    this.#worker = new Worker(findWorker(), { name: module.path, workerData: data, transferList: [port2] });
    this.#answers = port1;
    this.#listener = listener;
    port1.unref();
    this.#listen(redactSecrets(module.secrets));
    this.#worker.unref();
  }

  post(message: ToThread): void {
    this.#worker.postMessage(message);
  }

  /** Posts a call that is awaited, and stands still until there is an answer; a text says why there is none. */
  postAwaited(message: ToThread): CallOutcome | string {
    Atomics.store(this.#flag, 0, FLAG.waiting);
    this.post(message);
    Atomics.wait(this.#flag, 0, FLAG.waiting, AWAITED_MS);
    const outcome = receiveMessageOnPort(this.#answers)?.message as CallOutcome | undefined;
    if (outcome !== undefined) return outcome;
    return this.#flag[0] === FLAG.ended ? 'it ended its own thread' : `no answer within ${AWAITED_MS / 1000} s`;
  }

  /** Gives what the module has left behind a moment to show itself, by the thread's own clock; one that computes is not waited for. */
  async lastMoment(): Promise<void> {
    let overdue: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#worker.once('exit', resolve);
      this.#onLast = resolve;
      overdue = setTimeout(resolve, SIGN_MS);
      this.post({ kind: 'last' });
    });
    clearTimeout(overdue);
  }

  /** Has it show that it does not compute without end: one that only waits answers at once. */
  askForSign(): void {
    if (this.#sign !== null) return;
    this.#sign = setTimeout(() => this.#listener.onSilence(), SIGN_MS);
    this.#sign.unref();
    this.post({ kind: 'sign' });
  }

  /** Whether the process stays alive for it. */
  hold(held: boolean): void {
    if (held) this.#worker.ref();
    else this.#worker.unref();
  }

  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  #hear(message: ToMain): void {
    if (message.kind === 'last') this.#onLast?.();
    else if (message.kind !== 'sign') this.#listener.onMessage(message);
    else {
      clearTimeout(this.#sign ?? undefined);
      this.#sign = null;
    }
  }

  #listen(redact: Redact): void {
    let thrown: unknown = null;
    // The module can post here too, and anything
    const refuse = () => {
      thrown ??= new Error('it sent what nobody can read');
      void this.terminate();
    };
    this.#worker.on('messageerror', refuse);
    this.#worker.on('message', (message: ToMain) => {
      try {
        this.#hear(message);
      } catch {
        refuse();
      }
    });
    this.#worker.on('error', (error) => {
      thrown = error;
    });
    this.#worker.on('exit', (code) => {
      const why =
        thrown === null
          ? `it called process.exit(${code})`
          : `nobody caught its error: ${redact(describeThrown(thrown))}`;
      this.#listener.onEnd(why);
    });
  }
}

function findWorker(): URL {
  const compiled = new URL('./module-worker.js', import.meta.url);
  // Run from its TypeScript source (vitest), this file has no compiled worker beside it.
  return existsSync(compiled) ? compiled : new URL('../../../dist/project/modules/module-worker.js', import.meta.url);
}
