import { isRecord } from '../../model/json.js';
import type { Message } from '../../model/message.js';

/**
 * Which part of its work a message of the assistant is, as models since gpt-5.3-codex tell. It has to stand in the history
 * again: without it they take what they said before a call for the answer, and stop.
 * https://developers.openai.com/api/docs/guides/prompt-guidance
 */
export type Phase = 'commentary' | 'final_answer';

/** Its phase, of an item that is a message or stands for one. */
export function phaseOf(item: unknown): Phase | undefined {
  const phase = isRecord(item) && item['type'] === 'message' ? item['phase'] : undefined;
  return phase === 'commentary' || phase === 'final_answer' ? phase : undefined;
}

/** What is kept with an answer, so that its text goes back with its phase. */
export function phaseItem(phase: Phase): { readonly type: 'message'; readonly phase: Phase } {
  return { type: 'message', phase };
}

/** The phase of what the assistant said in a conversation; undefined where its model has told of none. */
export function phaseInHistory(message: Message, history: readonly Message[]): Phase | undefined {
  if (message.role !== 'assistant') return undefined;
  if (message.toolCalls) return keptIn(message);
  // A turn ends with its answer, of which nothing is kept
  return history.some((other) => keptIn(other) !== undefined) ? 'final_answer' : undefined;
}

function keptIn(message: Message): Phase | undefined {
  const kept = message.role === 'assistant' && Array.isArray(message.continuation) ? message.continuation : [];
  return kept.map(phaseOf).find((phase) => phase !== undefined);
}
