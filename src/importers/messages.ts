import { isRecord, type Json } from '../model/json.js';
import type { PromptDraft } from './draft/draft.js';
import type { Located } from './located.js';
import { memberOf, textOfLocated } from './located.js';

export type MessagesDraft = PromptDraft['file']['messages'];
export type MessageDraft = MessagesDraft[number];

/** Why a message of another tool is none here, and where. */
export class NoMessage extends Error {
  readonly at: Located;

  constructor(why: string, at: Located) {
    super(why);
    this.at = at;
  }
}

/** Turns a text into Liquid. Throws where that cannot be. */
export type Translate = (text: string, at: Located) => string;

const ROLES = ['system', 'developer', 'user', 'assistant', 'tool'] as const;

/** Messages in the shape of OpenAI's chats, which most tools write. Throws NoMessage, or what `translate` throws. */
export function readChat(list: Located, translate: Translate): MessagesDraft {
  return list.items.map((item) => readMessage(item, translate));
}

/** Whether a value looks like the messages of a chat. */
export function isChat(list: Located): boolean {
  return list.items.length > 0 && list.items.every((item) => item.members.has('role'));
}

function readMessage(item: Located, translate: Translate): MessageDraft {
  const written = textOfLocated(memberOf(item, 'role')) ?? '';
  const role = ROLES.find((known) => known === (OTHER_ROLES[written] ?? written));
  if (role === undefined) throw new NoMessage(`llmci knows no role ${written || '(none)'}`, item);
  const content = readContent(memberOf(item, 'content'), item, translate);
  const calls = memberOf(item, 'tool_calls')?.items ?? [];
  if (role === 'assistant' && calls.length > 0)
    return { role, ...(content === '' ? {} : { content }), toolCalls: calls.map(readCall) };
  if (role !== 'tool') return { role, content };
  const answered = textOfLocated(memberOf(item, 'tool_call_id'));
  return { role, content, ...(answered ? { toolCallId: answered } : {}) };
}

const OTHER_ROLES: Readonly<Record<string, string>> = {
  model: 'assistant',
  ai: 'assistant',
  human: 'user',
  function: 'tool',
};

function readContent(content: Located | undefined, item: Located, translate: Translate) {
  if (content === undefined || content.data === null) return '';
  const text = textOfLocated(content);
  if (text !== undefined) return translate(text, content);
  // One part may stand there without a list, as in OpenAI's Evals
  const written = content.members.size > 0 ? [content] : content.items;
  if (written.length === 0) throw new NoMessage('its content is neither text nor parts', item);
  const parts = written.map((part) => readPart(part, translate));
  const only = parts[0];
  return parts.length === 1 && only && 'text' in only ? only.text : parts;
}

function readPart(part: Located, translate: Translate) {
  const bare = textOfLocated(part);
  if (bare !== undefined) return { text: translate(bare, part) };
  const text = memberOf(part, 'text');
  const written = textOfLocated(text);
  if (text && written !== undefined) return { text: translate(written, text) };
  const image = memberOf(part, 'image_url') ?? memberOf(part, 'image');
  const url = memberOf(image, 'url') ?? image;
  const address = textOfLocated(url);
  if (url && address) return { image: translate(address, url) };
  throw new NoMessage(`llmci knows no part of type ${textOfLocated(memberOf(part, 'type')) ?? '(none)'} here`, part);
}

function readCall(call: Located): { id?: string; name: string; arguments: Json } {
  const made = memberOf(call, 'function') ?? call;
  const name = textOfLocated(memberOf(made, 'name'));
  if (!name) throw new NoMessage('a call of a tool has no name', call);
  const id = textOfLocated(memberOf(call, 'id'));
  return { ...(id ? { id } : {}), name, arguments: argumentsIn(memberOf(made, 'arguments')) };
}

function argumentsIn(written: Located | undefined): Json {
  if (typeof written?.data !== 'string') return written?.data ?? {};
  try {
    const read: unknown = JSON.parse(written.data);
    return isRecord(read) ? (read as Json) : {};
  } catch {
    return {};
  }
}
