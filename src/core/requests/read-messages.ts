import { isRecord, type Json, Literal } from '../../model/json.js';
import type { WrittenCall, WrittenContent, WrittenMessage } from '../../model/written-message.js';
import { parseJsonText } from '../text/json-text.js';
import { writtenText } from '../text/json-value.js';
import { didYouMean, nearestName } from '../text/suggest.js';
import { MessageError } from './message-error.js';
import { readParts } from './read-parts.js';

type Fields = Readonly<Record<string, unknown>>;

/** What those who speak are called in the data that people have. */
const ROLES: ReadonlyMap<string, WrittenMessage['role'] | 'calls'> = new Map([
  ...(['system', 'developer', 'user', 'assistant', 'tool'] as const).map((role) => [role, role] as const),
  ['human', 'user'],
  ['gpt', 'assistant'],
  ['chatgpt', 'assistant'],
  ['ai', 'assistant'],
  ['bot', 'assistant'],
  ['model', 'assistant'],
  ['function', 'tool'],
  ['observation', 'tool'],
  ['function_response', 'tool'],
  ['tool_response', 'tool'],
  ['function_call', 'calls'],
  ['tool_call', 'calls'],
]);

/** Keys that say something of a message. Others are left out, unless they may be one of these, misspelt. */
const KEYS = [
  'role',
  'from',
  'content',
  'value',
  'toolCalls',
  'tool_calls',
  'toolCallId',
  'tool_call_id',
  'function_call',
];

/**
 * The messages that data holds, in the shapes that people have: `role` and `content` as OpenAI and Anthropic write them (and
 * as prompt files do), `from` and `value` as ShareGPT does, as a list, as its JSON text, or under `messages` or
 * `conversations`. Throws MessageError with what is wrong and where.
 */
export function readMessages(data: unknown): readonly WrittenMessage[] {
  if (typeof data === 'string') return readText(data);
  if (isRecord(data)) {
    const key = ['messages', 'conversations'].find((each) => Array.isArray(data[each]));
    if (key !== undefined) return within(() => readMessages(data[key]), key);
  }
  if (!Array.isArray(data)) throw new MessageError('holds no messages: a list of { role, content } is meant', []);
  return data.flatMap((item: unknown, index) => within(() => readMessage(item), index));
}

function readText(text: string): readonly WrittenMessage[] {
  if (text.trim() === '') return [];
  const parsed = parseJsonText(text, { keep: 'texts' });
  if (parsed.fault) throw new MessageError(`is a text, and not the JSON of messages (${parsed.fault.message})`, []);
  if (typeof parsed.data === 'string') throw new MessageError('is a text within a text, and holds no messages', []);
  return readMessages(parsed.data);
}

function within<T>(read: () => T, ...path: readonly PropertyKey[]): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof MessageError ? error.within(...path) : error;
  }
}

/** One message as it is written may be several: Anthropic has the results of tools in the message of the user. */
function readMessage(item: unknown): readonly WrittenMessage[] {
  if (!isRecord(item)) throw new MessageError('a message is a mapping: { role, content }', []);
  const key = item['role'] === undefined && item['from'] !== undefined ? 'from' : 'role';
  const who = item[key];
  const role = typeof who === 'string' ? ROLES.get(who.toLowerCase()) : undefined;
  if (role === undefined) {
    if (who === undefined) throw new MessageError('`role` is missing', []);
    const names = typeof who === 'string' ? didYouMean(who, ROLES.keys()) : '';
    throw new MessageError(`\`${key}\` ${writtenText(who as Json)} is not known${names}`, [key]);
  }
  refuseMisspelt(item);
  const said = key === 'from' && item['content'] === undefined ? 'value' : 'content';
  if (role === 'calls') return [{ role: 'assistant', toolCalls: readWrittenCalls(item[said], said) }];
  return within(() => readContent(role, item, item[said], said));
}

function refuseMisspelt(item: Fields): void {
  for (const key of Object.keys(item)) {
    if (KEYS.includes(key)) continue;
    const meant = nearestName(key, KEYS);
    if (meant !== undefined && meant !== null && item[meant] === undefined)
      throw new MessageError(`unknown key ${key} (did you mean ${meant}?)`, [key]);
  }
}

function readContent(
  role: WrittenMessage['role'],
  item: Fields,
  said: unknown,
  key: string,
): readonly WrittenMessage[] {
  const list = Array.isArray(said) ? within(() => readParts(said), key) : null;
  const content = list ? asContent(list.parts) : plainText(role, item, said, key);
  switch (role) {
    case 'assistant': {
      const toolCalls = [...(list?.calls ?? []), ...readCalls(item)];
      if (content === undefined && toolCalls.length === 0) throw new MessageError(`\`${key}\` is missing`, []);
      return [{ role, ...(content !== undefined && { content }), ...(toolCalls.length > 0 && { toolCalls }) }];
    }
    case 'tool': {
      const id = item['toolCallId'] ?? item['tool_call_id'];
      const toolCallId = typeof id === 'string' && id !== '' ? { toolCallId: id } : {};
      const results = resultsOf(list);
      return results.length > 0 ? results : [{ role, ...toolCallId, content: content ?? '' }];
    }
    default: {
      const results = resultsOf(list);
      if (content === undefined && results.length === 0) throw new MessageError(`\`${key}\` is missing`, []);
      return [...results, ...(content === undefined ? [] : [{ role, content }])];
    }
  }
}

function resultsOf(list: ReturnType<typeof readParts> | null): readonly WrittenMessage[] {
  return (list?.results ?? []).map(({ toolCallId, content }) => ({
    role: 'tool',
    ...(toolCallId !== undefined && { toolCallId }),
    content: asContent(content) ?? '',
  }));
}

/** A single text is as good as a list with it; an empty list is nothing. */
function asContent(parts: readonly Exclude<WrittenContent, string>[number][]): WrittenContent | undefined {
  const [first] = parts;
  if (parts.length === 1 && first && 'text' in first) return first.text;
  return parts.length === 0 ? undefined : [...parts];
}

function plainText(role: string, item: Fields, said: unknown, key: string): string | undefined {
  if (typeof said === 'string') return said;
  if (said === undefined || said === null || (said instanceof Literal && said.value === null)) {
    // A model that refuses says so in a field of its own
    if (role !== 'assistant') {
      if (said === undefined) return undefined;
      throw new MessageError(`\`${key}\` is null`, [key]);
    }
    if (typeof item['refusal'] === 'string') return item['refusal'];
    return said === undefined || hasCalls(item) ? undefined : '';
  }
  if (isRecord(said) && role !== 'tool') throw new MessageError(`\`${key}\` must be text or a list of parts`, [key]);
  return writtenText(said as Json);
}

function hasCalls(item: Fields): boolean {
  return ['toolCalls', 'tool_calls', 'function_call'].some((key) => item[key] !== undefined && item[key] !== null);
}

/** The calls of a message: ours, OpenAI's, or its single call of former days. */
function readCalls(item: Fields): readonly WrittenCall[] {
  const single = item['function_call'];
  const key = item['toolCalls'] === undefined ? 'tool_calls' : 'toolCalls';
  const calls = item[key];
  if (calls === undefined || calls === null) return isRecord(single) ? [readCall(single)] : [];
  if (!Array.isArray(calls)) throw new MessageError(`\`${key}\` must be a list`, [key]);
  return calls.map((call: unknown, index) => within(() => readCall(call), key, index));
}

function readCall(call: unknown): WrittenCall {
  if (!isRecord(call)) throw new MessageError('a call is a mapping: { name, arguments }', []);
  const { id, function: made } = call;
  const of = isRecord(made) ? made : call;
  const { name, arguments: args = {} } = of;
  if (typeof name !== 'string' || name === '') throw new MessageError('a call has no `name`', []);
  return { ...(typeof id === 'string' && id !== '' && { id }), name, arguments: args as Json };
}

/** Calls that a text of ShareGPT holds: the JSON of one, or of a list. */
function readWrittenCalls(said: unknown, key: string): [WrittenCall, ...WrittenCall[]] {
  const parsed = typeof said === 'string' ? parseJsonText(said, { keep: 'texts' }) : { data: said, fault: null };
  if (parsed.fault) throw new MessageError(`\`${key}\` is not the JSON of a call (${parsed.fault.message})`, [key]);
  const [first, ...others] = Array.isArray(parsed.data) ? parsed.data : [parsed.data];
  return within(() => [readCall(first), ...others.map(readCall)], key);
}
