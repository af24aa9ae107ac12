import { isAsking } from '../core/requests/conversation.js';
import { isInstruction, textOf } from '../core/requests/message-text.js';
import { outputShown } from '../metrics/judging.js';
import type { Case } from '../model/case.js';
import type { Message } from '../model/message.js';
import type { LooksAt } from '../model/metric-entry.js';
import type { Output } from '../model/output.js';

/** What a metric looks at: an output, what the model was sent for it, and what it should have been. */
interface Look {
  readonly case: Case;
  readonly messages: readonly Message[];
  readonly output: Output;
}

/** A part of a sample as a metric sees it. */
export interface View<T> {
  readonly seen: T;
  /** The place of its answer among the calls of the model. */
  readonly step: number;
}

/** The answer to one turn of a conversation, with all that led to it. */
interface AnsweredTurn {
  /** Places among the messages of the conversation: of its first one, and behind its last. */
  readonly start: number;
  readonly end: number;
  /** The place among the turns of the case; below 0 for the answer to the prompt itself. */
  readonly turn: number;
}

/**
 * What of a sample a metric looks at: the last answer, the answers to every turn, that to one turn, or all of it. A
 * sample of a single answer has one view in any event. Empty when the turn was not asked.
 */
export function viewsOf<T extends Look>(sample: T, on: LooksAt | undefined): readonly View<T>[] {
  const { conversation } = sample.output;
  if (!conversation) return [{ seen: sample, step: 1 }];
  if (on === 'conversation') return [{ seen: { ...sample, output: sayingAll(sample.output, conversation) }, step: 1 }];
  const turns = turnsOf(sample, conversation);
  if (on === 'every') return turns.map((turn) => viewOf(sample, conversation, turn));
  const chosen = on === undefined ? turns.at(-1) : turns.find(({ turn }) => turn === on);
  if (!chosen) return [];
  const view = viewOf(sample, conversation, chosen);
  // The last answer is that of the whole sample, as any other sample's is
  return [on === undefined ? { ...view, seen: { ...view.seen, output: sample.output } } : view];
}

/** What was said, a text a message, the answer included; roles stand first. */
export function dialogueOf({ messages, output }: Pick<Look, 'messages' | 'output'>): readonly string[] {
  const answers: readonly Message[] = output.conversation ?? [asMessage(output)];
  return [...messages, ...answers].filter((message) => !isInstruction(message)).map(describeMessage);
}

function describeMessage(message: Message): string {
  const toolCalls = message.role === 'assistant' ? (message.toolCalls ?? []) : [];
  return `[${message.role}]\n${outputShown({ text: textOf(message.content), toolCalls })}`;
}

function asMessage({ text, toolCalls }: Output): Message {
  return { role: 'assistant', content: text, toolCalls: toolCalls.map((call, index) => ({ ...call, id: `${index}` })) };
}

function turnsOf({ messages }: Look, conversation: readonly Message[]): readonly AnsweredTurn[] {
  const starts = conversation.flatMap(({ role }, place) => (role === 'user' ? [place + 1] : []));
  const opened = isAsking(messages.at(-1)?.role);
  return [...(opened ? [0] : []), ...starts].map((start, index, all) => {
    const next = all[index + 1];
    return { start, end: lastAnswer(conversation, next ?? conversation.length) + 1, turn: index - (opened ? 1 : 0) };
  });
}

function lastAnswer(conversation: readonly Message[], end: number): number {
  return conversation.slice(0, end).findLastIndex(({ role }) => role === 'assistant');
}

function viewOf<T extends Look>(
  sample: T,
  conversation: readonly Message[],
  { start, end, turn }: AnsweredTurn,
): View<T> {
  const own = conversation.slice(start, end);
  const step = countAnswers(conversation.slice(0, end));
  const { turns = [], expected: inTheEnd } = sample.case;
  const expected = turns[turn]?.expected ?? (end === conversation.length ? inTheEnd : undefined);
  const seen = {
    ...sample,
    case: { ...sample.case, expected },
    messages: [...sample.messages, ...conversation.slice(0, end - 1)],
    output: {
      ...sayingAll(sample.output, own),
      text: textOf(own.at(-1)?.content ?? ''),
      finishReason: sample.output.steps?.[step - 1]?.finishReason ?? null,
      conversation: own,
    },
  };
  return { seen, step };
}

/** An output that says all that the model says in these messages, in its calls too. */
function sayingAll(output: Output, messages: readonly Message[]): Output {
  const answers = messages.flatMap((message) => (message.role === 'assistant' ? [message] : []));
  return {
    ...output,
    text: answers
      .map(({ content }) => textOf(content))
      .filter((text) => text !== '')
      .join('\n\n'),
    toolCalls: answers.flatMap(({ toolCalls = [] }) => toolCalls.map(({ id: _, ...call }) => call)),
  };
}

function countAnswers(messages: readonly Message[]): number {
  return messages.filter(({ role }) => role === 'assistant').length;
}
