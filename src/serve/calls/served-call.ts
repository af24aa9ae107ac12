import type { Answer } from '../../model/output.js';
import type { Resolved } from '../../runtime/prompts.js';
import type { ApiErrorBody } from '../http/api-error.js';

/** A call that is being answered: what it is called, and what it asks with. */
export interface ServedCall {
  /** No other call has it. */
  readonly id: string;
  /** Seconds since 1970. */
  readonly created: number;
  readonly resolved: Resolved;
}

/** An API that clients speak: how it has an answer, whole and in pieces. */
export interface AnswerShape {
  whole(call: ServedCall, answer: Answer): object;
  stream(call: ServedCall, options: { readonly usage: boolean }): StreamShape;
}

/** The events of one streamed answer, as they are written. */
export interface StreamShape {
  begin(): string;
  text(piece: string): string;
  /** What comes after the last piece of text. */
  end(answer: Answer): string;
  /** In place of `end`, when the call failed after it had begun. */
  fail(body: ApiErrorBody): string;
}
