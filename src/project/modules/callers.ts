import { pack, unpack } from './pack.js';
import type { CallOutcome, ToMain, ToThread } from './protocol.js';
import { errorOf } from './thrown-errors.js';

/** Who called a function of a module, as that function sees them from its thread. */
export interface Caller {
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** Has the caller do something. Rejects as that does. */
  ask(name: string, ...args: readonly unknown[]): Promise<unknown>;
  tell(name: string, ...args: readonly unknown[]): void;
}

interface Asked {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The callers that wait for an answer, by the id of their call. */
export class Callers {
  readonly #post: (message: ToMain) => void;
  readonly #open = new Map<number, AbortController>();
  readonly #asked = new Map<number, Asked>();
  readonly #refusals = new WeakMap<Error, number>();
  #count = 0;

  constructor(post: (message: ToMain) => void) {
    this.#post = post;
  }

  open(call: number): Caller {
    const controller = new AbortController();
    this.#open.set(call, controller);
    return {
      signal: controller.signal,
      ask: (name, ...args) => this.#ask(call, name, args),
      tell: (name, ...args) => this.#post({ kind: 'tell', call, name, args: args.map((arg) => pack(arg)) }),
    };
  }

  close(call: number): void {
    this.#open.delete(call);
  }

  receive(message: Exclude<ToThread, { kind: 'call' | 'sign' | 'last' }>): void {
    if (message.kind === 'abort') this.#open.get(message.call)?.abort();
    else this.#answer(message.id, message.outcome);
  }

  /** The question whose refusal an error is; null for an error of the module's own. */
  refusalOf(thrown: unknown): number | null {
    return this.#refusals.get(thrown as Error) ?? null;
  }

  #answer(id: number, outcome: CallOutcome): void {
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    if ('value' in outcome) {
      asked?.resolve(unpack(outcome.value));
      return;
    }
    const error = errorOf(outcome.fault);
    this.#refusals.set(error, id);
    asked?.reject(error);
  }

  #ask(call: number, name: string, args: readonly unknown[]): Promise<unknown> {
    const id = this.#count++;
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve, reject });
      try {
        this.#post({ kind: 'ask', id, call, name, args: args.map((arg) => pack(arg)) });
      } catch (error) {
        this.#asked.delete(id);
        reject(error as Error);
      }
    });
  }
}
