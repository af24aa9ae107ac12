import type { Conversation, NextTurn, UserLine } from '../core/requests/conversation.js';
import type { SampleError } from '../model/output.js';
import type { Outcome } from './answers.js';
import type { Awaited } from './simulated-users.js';

type Asked = Extract<NextTurn, { kind: 'ask' }>;
/** Calls of tools that wait for their results. */
export type Called = Extract<NextTurn, { kind: 'call' }>;

/** What a conversation is held with. */
export interface Partner {
  /** Gets the answer to one step. */
  readonly ask: (next: Asked) => Promise<Outcome>;
  /** Gets the results of calls in their order. */
  readonly call: (next: Called) => Promise<readonly string[] | SampleError>;
  /** Gets what a simulated user says. */
  readonly say: (next: Awaited) => Promise<UserLine | SampleError>;
}

/** Holds a conversation to its end. A step without an answer is the error of the whole sample. */
export async function converse(conversation: Conversation, { ask, call, say }: Partner): Promise<Outcome> {
  for (;;) {
    const next = conversation.next();
    if (next.kind === 'done') return { output: conversation.output, error: null };
    if (next.kind === 'say') {
      const line = await say(next);
      if ('kind' in line) return failedIn(conversation, line);
      conversation.say(line);
    } else if (next.kind === 'call') {
      const results = await call(next);
      if ('kind' in results) return failedIn(conversation, results);
      conversation.give(results);
    } else {
      const { output, error, session } = await ask(next);
      if (error) return failedIn(conversation, error);
      conversation.take(output, session);
    }
  }
}

/** The outcome of a conversation that a step of it has failed. */
export function failedIn({ steps }: Conversation, error: SampleError): Outcome {
  return { output: null, error: { ...error, steps: [...steps] } };
}
