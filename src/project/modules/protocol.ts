import type { MessagePort } from 'node:worker_threads';

/** What the thread of a module is started with. */
export interface ThreadData {
  /** The module's file. */
  readonly file: string;
  /** Its path from the root of the project, for messages. */
  readonly path: string;
  readonly kind: 'metric' | 'provider' | 'tool';
  /** What it may neither print nor tell. */
  readonly secrets: readonly string[];
  /** Answers that the main thread waits for stand here when `flag` says so. */
  readonly answers: MessagePort;
  readonly flag: Int32Array<SharedArrayBuffer>;
}

/** What `flag` says. */
export const FLAG = { waiting: 0, answered: 1, ended: 2 } as const;

/** To the thread: call a function of the definition. With `awaited` the main thread stands still until the answer is there. */
interface Call {
  readonly kind: 'call';
  readonly id: number;
  readonly name: string;
  readonly args: readonly unknown[];
  readonly awaited: boolean;
}

/** To the thread. */
export type ToThread =
  | Call
  | { readonly kind: 'sign' }
  | { readonly kind: 'last' }
  | { readonly kind: 'abort'; readonly call: number }
  | { readonly kind: 'answer'; readonly id: number; readonly outcome: CallOutcome };

/** To the main thread. `ask`: what the call of that id wants of its caller. */
export type ToMain =
  | { readonly kind: 'loaded'; readonly outcome: CallOutcome }
  | { readonly kind: 'sign' }
  | { readonly kind: 'last' }
  | { readonly kind: 'begun'; readonly id: number }
  | { readonly kind: 'answer'; readonly id: number; readonly outcome: CallOutcome }
  | {
      readonly kind: 'ask';
      readonly id: number;
      readonly call: number;
      readonly name: string;
      readonly args: unknown[];
    }
  | { readonly kind: 'tell'; readonly call: number; readonly name: string; readonly args: unknown[] };

/** What became of a call: its value, packed; or what was thrown. */
export type CallOutcome = { readonly value: unknown } | { readonly fault: Fault };

/** An error on its way between threads. */
export interface Fault {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  /** Its other fields, for those that know them. */
  readonly details: Readonly<Record<string, unknown>>;
  /** The `ask` whose refusal it is: then the caller has the error itself. */
  readonly ask: number | null;
}

/** What the main thread knows of a definition: its data, and in place of its functions their names. */
export interface Outline {
  readonly data: Readonly<Record<string, unknown>>;
  /** By their way through the object: `needs`, `judge.asks`. */
  readonly functions: readonly string[];
  /** The names of its parameters or settings. */
  readonly keys: readonly string[];
}

/** What zod says to one parameter. */
export type Parsed = { readonly value: unknown } | { readonly issues: readonly unknown[] };
