import { failuresOf } from '../core/rollouts/failures.js';
import { digest } from '../core/text/canonical.js';
import { parseJsonText } from '../core/text/json-text.js';
import { writeJson } from '../core/text/write-json.js';
import { DataMask, withoutPlaceholders } from '../metrics/masked-data.js';
import { isBlank } from '../model/blank.js';
import { isRecord, type Json } from '../model/json.js';
import type { KnownCall } from '../model/kept-call.js';
import type { Provenance } from '../model/provenance.js';

/** A row of a dataset, as it is written. */
export interface CaseRow {
  readonly id: string;
  readonly line: string;
  /** What the case asks, for comparison with others. */
  readonly asks: string;
}

/** A longer row is no case that somebody reviews. */
const MOST_BYTES = 256 * 1024;
const SHOWN_ANSWER = 2000;

/**
 * A call as a row of a dataset, masked. What clients have sent stays data: no template of it is filled in, and no file that it
 * names is read. Says why a call makes none.
 */
export function rowOf(call: KnownCall, from: Provenance['from']): CaseRow | { readonly why: string } {
  if (hasMedia(call.messages)) return { why: 'has images or files, whose bytes nobody has kept' };
  const mask = new DataMask();
  const vars = mask.json(call.vars);
  const messages = call.messages === null ? null : mask.json(call.messages);
  const asks = withoutPlaceholders([...textsIn(vars), ...textsIn(messages)].join('\n'));
  if (isBlank(asks)) return { why: 'asks nothing: it has neither variables nor messages' };
  const failed = failuresOf(call).map((failure) => mask.text(failure));
  const answer = call.answer === null ? null : mask.text(answerText(call.answer)).slice(0, SHOWN_ANSWER);
  const id = `${slug(call.prompt ?? from)}-${digest(call.id).slice(0, 10)}`;
  const provenance: Provenance = {
    ...{ from, call: mask.text(call.id), at: call.at, environment: call.environment, release: call.release },
    ...{ model: call.model, ...(failed.length > 0 && { failed }), ...(answer !== null && { answer }) },
  };
  const tags = ['live', ...(failed.length > 0 ? ['failed'] : [])];
  const line = writeJson({ id, vars, ...(hasSome(messages) && { messages }), tags, provenance });
  if (Buffer.byteLength(line) > MOST_BYTES) return { why: `is larger than ${MOST_BYTES / 1024} KiB` };
  const fault = parseJsonText(line).fault;
  return fault === null ? { id, line, asks } : { why: `cannot be a row: ${fault.message}` };
}

function hasSome(messages: Json): boolean {
  return Array.isArray(messages) && messages.length > 0;
}

function hasMedia(messages: Json): boolean {
  if (!Array.isArray(messages)) return false;
  return messages.some(
    (message) =>
      isRecord(message) &&
      Array.isArray(message['content']) &&
      message['content'].some((part) => !isRecord(part) || typeof part['text'] !== 'string'),
  );
}

function textsIn(value: Json): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (isRecord(value))
    return Object.entries(value).flatMap(([key, item]) => (key === 'role' ? [] : textsIn(item as Json)));
  return value === null ? [] : [String(value)];
}

function answerText({ text, toolCalls }: NonNullable<KnownCall['answer']>): string {
  const calls = toolCalls.map(({ name, arguments: args }) => `${name}(${JSON.stringify(args)})`);
  return [text, ...calls].filter(Boolean).join('\n');
}

function slug(name: string): string {
  return name.replace(/[^\w-]+/g, '-').slice(0, 60) || 'call';
}
