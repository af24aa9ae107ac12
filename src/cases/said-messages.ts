import { MessageError } from '../core/requests/message-error.js';
import { isInstruction } from '../core/requests/message-text.js';
import { readMessages } from '../core/requests/read-messages.js';
import { isRecord, type Json } from '../model/json.js';
import type { KnownCall } from '../model/kept-call.js';

/** What a trace tells of what was asked. A system prompt is the prompt's own, and no part of a case. */
export function saidOf(input: Json): Pick<KnownCall, 'vars' | 'messages'> | { readonly why: string } {
  if (typeof input === 'string') return { vars: {}, messages: [{ role: 'user', content: input }] };
  const list = isRecord(input) ? (input['messages'] ?? input['conversations']) : input;
  if (isRecord(input) && !Array.isArray(list)) return { vars: input as Record<string, Json>, messages: null };
  if (!Array.isArray(list)) return { why: 'tells no messages and no variables' };
  try {
    const messages = readMessages(list).filter((message) => !isInstruction(message));
    return { vars: {}, messages: messages as unknown as Json };
  } catch (error) {
    if (!(error instanceof MessageError)) throw error;
    return { why: `has messages that cannot be read: ${error.message}` };
  }
}

/** The messages of OpenTelemetry's conventions, which have parts of their own, as others write them. */
export function fromParts(messages: Json): Json {
  if (!Array.isArray(messages)) return messages;
  return messages.flatMap((message: Json): Json[] => {
    if (!isRecord(message) || !Array.isArray(message['parts'])) return [message];
    const parts = message['parts'].filter(isRecord);
    const texts = parts.filter(({ type }) => type === 'text').map(({ content }) => String(content));
    const others = parts.filter(
      ({ type }) => !['text', 'tool_call', 'tool_call_response', 'reasoning'].includes(String(type)),
    );
    const calls = parts
      .filter(({ type }) => type === 'tool_call')
      .map(({ id, name, arguments: args }) => ({
        id: (id ?? null) as Json,
        name: (name ?? '') as Json,
        arguments: (args ?? {}) as Json,
      }));
    const results = parts
      .filter(({ type }) => type === 'tool_call_response')
      .map(({ id, response, result }) => ({
        ...{ role: 'tool', content: textOrJson((response ?? result ?? '') as Json) },
        ...(typeof id === 'string' && { tool_call_id: id }),
      }));
    if (results.length > 0) return results;
    const content: Json =
      others.length > 0 ? [...texts.map((text) => ({ text })), ...(others as Json[])] : texts.join('\n');
    return [{ role: (message['role'] ?? null) as Json, content, ...(calls.length > 0 && { tool_calls: calls }) }];
  });
}

/** A text, or the JSON of what is none. */
export function textOrJson(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What a model answered, in one of the shapes that traces have. */
export function answerOf(output: Json): KnownCall['answer'] {
  if (output === null) return null;
  const plain = { toolCalls: [], finishReason: null };
  if (typeof output === 'string') return { text: output, ...plain };
  const message = Array.isArray(output) ? output.at(-1) : output;
  try {
    const [read] = readMessages([isRecord(message) ? { ...message, role: 'assistant' } : message]);
    if (read?.role === 'assistant') {
      const { content = '', toolCalls = [] } = read;
      const text =
        typeof content === 'string' ? content : content.map((part) => ('text' in part ? part.text : '')).join('');
      return {
        text,
        toolCalls: toolCalls.map(({ name, arguments: args }) => ({ name, arguments: args })),
        finishReason: null,
      };
    }
  } catch (error) {
    if (!(error instanceof MessageError)) throw error;
  }
  return { text: textOrJson(output), ...plain };
}
