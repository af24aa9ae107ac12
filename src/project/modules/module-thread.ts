import { LlmciError } from '../../core/text/errors.js';
import { type Kinds, ModuleError } from './definition.js';
import { pack, unpack } from './pack.js';
import type { CallOutcome, Outline, ToMain } from './protocol.js';
import { RunningThread } from './running-thread.js';
import { Stopwatch } from './stopwatch.js';
import { errorOf, faultOf } from './thrown-errors.js';

/** How long loading a module may take, in milliseconds. */
const LOAD_MS = 30_000;

/** How often a call is posted to threads that end before they come to it. */
const STARTS = 3;

/** What is done with a call that is not awaited. */
export interface CallOptions {
  /** The most that it may take, without the time that its own questions take, in milliseconds; null when others see to that. */
  readonly limitMs: number | null;
  /** Whether it is made again, in another thread, when its own is ended for another call. */
  readonly again: boolean;
  readonly signal?: AbortSignal;
  /** Answers what the function asks of its caller. */
  readonly onAsk: (name: string, args: readonly unknown[]) => Promise<unknown>;
  readonly onTell?: (name: string, args: readonly unknown[]) => void;
}

/** The thread of a call has ended before it was answered. */
export class ThreadEnded extends Error {
  override readonly name = 'ThreadEnded';
  /** Whether it was ended for another call. */
  readonly forAnother: boolean;

  constructor(message: string, forAnother: boolean) {
    super(message);
    this.forAnother = forAnother;
  }
}

interface Pending extends CallOptions {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  /** Null until the function has begun. */
  watch: Stopwatch | null;
  /** How many threads it was posted to. */
  starts: number;
  /** The refusals of its questions, by their ids: it may fail with one of them. */
  readonly refusals: Map<number, unknown>;
}

/**
 * The thread that a module of the user runs in. Whatever the module does there ends the thread at the most, and the next
 * call starts another. It keeps the process alive only while somebody waits for it.
 */
export class ModuleThread {
  readonly #file: string;
  readonly #path: string;
  readonly #kind: keyof Kinds;
  readonly #secrets: readonly string[];
  readonly #pending = new Map<number, Pending>();
  readonly #faults: string[] = [];
  #running: RunningThread | null = null;
  #loading: ((outcome: CallOutcome) => void) | null = null;
  #calls = 0;

  constructor(file: string, path: string, kind: keyof Kinds, secrets: readonly string[] = []) {
    this.#file = file;
    this.#path = path;
    this.#kind = kind;
    this.#secrets = secrets;
  }

  /** How its thread ended when no call was there to be told so. */
  get faults(): readonly string[] {
    return this.#faults;
  }

  /** Loads the module. Rejects with an Error that says what is wrong with it. */
  async load(): Promise<Outline> {
    const outcome = await new Promise<CallOutcome>((resolve) => {
      const overdue = setTimeout(() => this.#end(`it was not loaded within ${LOAD_MS / 1000} s`), LOAD_MS);
      this.#loading = (given) => {
        clearTimeout(overdue);
        this.#loading = null;
        resolve(given);
      };
      this.#start().hold(true);
    });
    this.#holdProcess();
    if ('value' in outcome) return outcome.value as Outline;
    await this.close();
    throw errorOf(outcome.fault);
  }

  /** Calls a function and stands still until it has answered. Throws `bad-module` when it fails. */
  callAwaited(name: string, ...args: readonly unknown[]): unknown {
    const running = this.#running ?? this.#start();
    const id = this.#calls++;
    const outcome = running.postAwaited({ kind: 'call', id, name, args: args.map((arg) => pack(arg)), awaited: true });
    if (typeof outcome === 'string') {
      this.#end(outcome);
      throw new LlmciError('bad-module', { path: this.#path, why: `${name}: ${outcome}` });
    }
    if ('fault' in outcome)
      throw new LlmciError('bad-module', { path: this.#path, why: `${name}: ${outcome.fault.message}` });
    return unpack(outcome.value);
  }

  /** Calls a function. Rejects as it does, and when it takes longer than its limit or its thread ends. */
  call(name: string, args: readonly unknown[], options: CallOptions): Promise<unknown> {
    const { signal } = options;
    return new Promise((resolve, reject) => {
      const id = this.#calls++;
      const abort = () => {
        this.#running?.post({ kind: 'abort', call: id });
        this.#settle(id)?.reject(signal?.reason);
        this.#running?.askForSign();
      };
      const done =
        <T>(act: (value: T) => void) =>
        (value: T) => {
          signal?.removeEventListener('abort', abort);
          act(value);
        };
      if (signal?.aborted) return reject(signal.reason);
      signal?.addEventListener('abort', abort, { once: true });
      const ends = { resolve: done(resolve), reject: done(reject) };
      const state = { watch: null, starts: 0, refusals: new Map() };
      const call: Pending = { ...options, name, args: args.map((arg) => pack(arg)), ...ends, ...state };
      this.#pending.set(id, call);
      this.#post(id, call);
      this.#holdProcess();
    });
  }

  /** Ends the thread. What it left behind (a timer, a promise that nobody awaits) may show itself before. */
  async close(): Promise<void> {
    const running = this.#running;
    if (running === null) return;
    if (this.#pending.size === 0) await running.lastMoment();
    if (this.#running !== running) return;
    this.#running = null;
    const ended = new Error('the run was ended');
    this.#loading?.({ fault: faultOf(ended) });
    this.#rejectAll(ended);
    await running.terminate();
  }

  #start(): RunningThread {
    const module = { file: this.#file, path: this.#path, kind: this.#kind, secrets: this.#secrets };
    // What a thread says after another has taken its place is of no interest
    const ifCurrent =
      <T extends readonly unknown[]>(act: (...args: T) => void) =>
      (...args: T) => {
        if (this.#running === running) act(...args);
      };
    const running: RunningThread = new RunningThread(module, {
      onMessage: ifCurrent((message) => this.#receive(message)),
      onSilence: ifCurrent(() => this.#end('it answered nothing any more, and its thread was ended')),
      onEnd: ifCurrent((why) => this.#ended(why)),
    });
    this.#running = running;
    return running;
  }

  #receive(message: Exclude<ToMain, { kind: 'sign' | 'last' }>): void {
    switch (message.kind) {
      case 'loaded':
        this.#loading?.(message.outcome);
        break;
      case 'begun':
        this.#begin(message.id);
        break;
      case 'answer':
        this.#answer(message.id, message.outcome);
        break;
      case 'ask':
        void this.#ask(message);
        break;
      case 'tell':
        this.#pending.get(message.call)?.onTell?.(message.name, unpack(message.args) as unknown[]);
    }
  }

  #begin(id: number): void {
    const call = this.#pending.get(id);
    if (!call) return;
    const { limitMs } = call;
    call.watch = new Stopwatch(limitMs, () => {
      this.#settle(id)?.reject(new Error(`no answer within ${(limitMs ?? 0) / 1000} s; its thread was ended`));
      this.#end('another score took too long');
    });
  }

  #answer(id: number, outcome: CallOutcome): void {
    const call = this.#pending.get(id);
    if (!call) return;
    // What cannot be read throws before it is settled: then its thread is ended
    if ('value' in outcome) {
      const value = unpack(outcome.value);
      this.#settle(id)?.resolve(value);
      return;
    }
    const { ask } = outcome.fault;
    const error = ask !== null && call.refusals.has(ask) ? call.refusals.get(ask) : errorOf(outcome.fault);
    this.#settle(id)?.reject(error);
  }

  async #ask({ id, call: of, name, args }: Extract<ToMain, { kind: 'ask' }>): Promise<void> {
    const running = this.#running;
    const call = this.#pending.get(of);
    if (!call) return;
    let outcome: CallOutcome;
    // Its limit is for what the module does itself
    call.watch?.pause();
    try {
      outcome = { value: pack(await call.onAsk(name, unpack(args) as unknown[])) };
    } catch (error) {
      call.refusals.set(id, error);
      outcome = { fault: faultOf(error) };
    } finally {
      call.watch?.resume();
    }
    if (this.#running === running) running?.post({ kind: 'answer', id, outcome });
  }

  #post(id: number, call: Pending): void {
    const { name, args } = call;
    const running = this.#running ?? this.#start();
    call.starts++;
    running.post({ kind: 'call', id, name, args, awaited: false });
  }

  /** Ends a thread that does not answer. The calls that it has not answered go to another one. */
  #end(why: string): void {
    const running = this.#running;
    this.#running = null;
    this.#loading?.({ fault: faultOf(new ModuleError(`${this.#path}: ${why}`)) });
    void running?.terminate();
    for (const [id, call] of this.#pending) {
      if (call.watch !== null && !call.again) this.#settle(id)?.reject(new ThreadEnded(`${this.#path}: ${why}`, true));
    }
    this.#postAgain();
  }

  /** The thread has ended by itself: any of the calls that had begun may be why. */
  #ended(why: string): void {
    this.#running = null;
    const begun = [...this.#pending].filter(([, { watch }]) => watch !== null);
    if (this.#loading) this.#loading({ fault: faultOf(new ModuleError(`${this.#path} cannot be imported: ${why}`)) });
    else if (begun.length === 0) this.#faults.push(`${this.#path}: ${why}, and its thread ended`);
    const error = new ThreadEnded(`${why}, and its thread ended`, false);
    for (const [id] of begun) this.#settle(id)?.reject(error);
    for (const [id, { starts }] of this.#pending) if (starts >= STARTS) this.#settle(id)?.reject(error);
    this.#postAgain();
  }

  /** Another thread gets the calls that are left. */
  #postAgain(): void {
    for (const [id, call] of this.#pending) {
      call.watch?.stop();
      call.watch = null;
      this.#post(id, call);
    }
    this.#holdProcess();
  }

  #settle(id: number): Pending | undefined {
    const call = this.#pending.get(id);
    this.#pending.delete(id);
    call?.watch?.stop();
    this.#holdProcess();
    return call;
  }

  #rejectAll(error: Error): void {
    for (const id of [...this.#pending.keys()]) this.#settle(id)?.reject(error);
  }

  #holdProcess(): void {
    this.#running?.hold(this.#pending.size > 0 || this.#loading !== null);
  }
}
