import { createHash } from 'node:crypto';
import { readMessages } from '../../core/requests/read-messages.js';
import { parseJsonText } from '../../core/text/json-text.js';
import { jsonText } from '../../core/text/json-value.js';
import { isRecord, type Json, jsonSchema } from '../../model/json.js';
import type { Message } from '../../model/message.js';
import type { SaidMessage } from '../../model/written-message.js';
import { readChatContinuation, withChatContinuation } from '../../providers/openai/chat-continuation.js';
import { phaseOf } from '../../providers/openai/responses-phase.js';
import type { ServedCall } from './served-call.js';

// What a service wants to see again with the results of its calls (signatures, what it has thought) goes to the client with
// these calls, in places that clients send back unchanged: where Google's and OpenRouter's own endpoints have it, and in an item
// of reasoning of the Responses API. It comes back with the history, and goes to the model that it is of: another would refuse
// it. Which model that is, is in the ids of the calls.

/** Where, beside a call, stands what has no place of its own in Chat Completions: blocks of other APIs. */
const OF_GATEWAY = 'llmci';
/** Blocks that may come back so: whatever else a client could write there is no thought of a model's. */
const THOUGHTS: ReadonlySet<unknown> = new Set(['thinking', 'redacted_thinking', 'reasoning']);
/** Before what is in an item of reasoning. */
const SEAL = 'llmci.';

type Fields = Readonly<Record<string, unknown>>;

/** What a call of a tool is called: by it the model is known that has made it. */
export function toolCallId({ id, resolved }: ServedCall, index: number): string {
  return `call_${markOf(resolved.model)}${id.replaceAll('-', '').slice(0, 20)}${index}`;
}

/** A message of the assistant, in the words of Chat Completions, with what goes back with its calls. */
export function withContinuation<T extends { readonly tool_calls?: readonly object[] }>(
  message: T,
  continuation: Json | undefined,
): Record<string, unknown> {
  const placed = Array.isArray(continuation) ? { calls: [{ [OF_GATEWAY]: continuation }] } : continuation;
  return withChatContinuation(message, placed, null);
}

/** The same as an item of the Responses API; nothing where nothing goes back. */
export function reasoningItems({ id }: Pick<ServedCall, 'id'>, continuation: Json | undefined) {
  if (continuation === undefined) return [];
  const sealed = SEAL + Buffer.from(jsonText(continuation)).toString('base64url');
  return [{ id: `rs_${id}`, type: 'reasoning' as const, status: 'completed', summary: [], encrypted_content: sealed }];
}

/** What such an item holds; undefined for one that is not of the gateway. */
export function continuationIn({ encrypted_content: sealed }: Fields): Json | undefined {
  if (typeof sealed !== 'string' || !sealed.startsWith(SEAL)) return undefined;
  const parsed = parseJsonText(Buffer.from(sealed.slice(SEAL.length), 'base64url').toString());
  return parsed.fault ? undefined : jsonSchema.safeParse(parsed.data).data;
}

/** Messages as clients write them, with what they bring back. Throws MessageError. */
export function readSaid(messages: unknown): readonly SaidMessage[] {
  return readWith(messages, broughtBack);
}

/**
 * Messages of an app that asks models itself, with what these have given it: it stands beside the message that it is of, for
 * the app to send on. Throws MessageError.
 */
export function readOwnTalk(messages: unknown): readonly SaidMessage[] {
  return readWith(messages, (message, calls) => readChatContinuation(message, calls));
}

/** What stands in a message of the assistant beside its text and its calls; undefined for nothing. */
type FindContinuation = (message: Fields, calls: readonly Fields[]) => Json | undefined;

function readWith(messages: unknown, find: FindContinuation): readonly SaidMessage[] {
  const said = readMessages(messages);
  const written = Array.isArray(messages) ? (messages as readonly unknown[]).filter(isRecord) : [];
  const brought = new Map(
    written.flatMap((message) => {
      const calls = Array.isArray(message['tool_calls']) ? message['tool_calls'].filter(isRecord) : [];
      const continuation = calls.length === 0 ? undefined : find(message, calls);
      return continuation === undefined ? [] : [[calls[0]?.['id'], continuation] as const];
    }),
  );
  if (brought.size === 0) return said;
  return said.map((message) => {
    const [first] = message.role === 'assistant' ? (message.toolCalls ?? []) : [];
    const continuation = brought.get(first?.id);
    return continuation === undefined ? message : { ...message, continuation };
  });
}

/** Messages as one model may have them: what another has thought is left out. */
export function messagesFor(model: string, messages: readonly Message[]): readonly Message[] {
  if (messages.every((message) => message.role !== 'assistant' || message.continuation === undefined)) return messages;
  const mark = markOf(model);
  return messages.map((message) => {
    if (message.role !== 'assistant' || !isRecord(message.continuation)) return message;
    const { continuation, ...rest } = message;
    const { of, what } = continuation as { of?: unknown; what?: Json };
    return of === mark && what !== undefined ? { ...rest, continuation: what } : rest;
  });
}

/** Whose it is, by the id of the first call, and what. Undefined where there is nothing of a model that is known. */
function broughtBack(message: Fields, calls: readonly Fields[]): Json | undefined {
  const id = calls[0]?.['id'];
  const of = typeof id === 'string' ? /^call_([0-9a-f]{8})[0-9a-f]{20}\d+$/.exec(id)?.[1] : undefined;
  if (of === undefined) return undefined;
  const extra = calls[0]?.['extra_content'];
  const blocks = isRecord(extra) ? extra[OF_GATEWAY] : undefined;
  const what = blocks === undefined ? readChatContinuation(message, calls) : thoughtsIn(blocks);
  return what === undefined ? undefined : { of, what };
}

function thoughtsIn(blocks: unknown): Json | undefined {
  const isThought = (block: unknown) =>
    isRecord(block) && (THOUGHTS.has(block['type']) || phaseOf(block) !== undefined);
  if (!Array.isArray(blocks) || !blocks.every(isThought)) return undefined;
  return jsonSchema.safeParse(blocks).data;
}

function markOf(model: string | null): string {
  return createHash('sha256')
    .update(model ?? '')
    .digest('hex')
    .slice(0, 8);
}
