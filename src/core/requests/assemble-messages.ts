import { isRecord, type Json } from '../../model/json.js';
import type { Content, Message, Part } from '../../model/message.js';
import type { SaidMessage, WrittenCall, WrittenContent } from '../../model/written-message.js';
import { parseJsonText } from '../text/json-text.js';
import type { MediaPartOf } from './media-source.js';
import { MessageError } from './message-error.js';

/**
 * Messages as they are sent, made of what was written. Calls get the ids `call_1`, `call_2`, … in their order, counted on
 * from the messages `before` these, and each result that of its call: the one that it names, or else the first that has
 * none yet. Throws MessageError for a result of no call, and what `mediaPart` throws.
 */
export function assembleMessages(
  written: Iterable<SaidMessage>,
  mediaPart: MediaPartOf,
  before: readonly Message[] = [],
): readonly Message[] {
  let ids: CallIds | null = null;
  // Most messages call nothing
  const calls = () => {
    ids ??= new CallIds(before);
    return ids;
  };
  const messages: Message[] = [];
  let index = 0;
  for (const message of written) {
    try {
      messages.push(assemble(message, mediaPart, calls));
    } catch (error) {
      throw error instanceof MessageError ? error.within(index) : error;
    }
    index++;
  }
  return messages;
}

function assemble(message: SaidMessage, mediaPart: MediaPartOf, calls: () => CallIds): Message {
  switch (message.role) {
    case 'tool':
      return {
        role: 'tool',
        toolCallId: calls().answer(message.toolCallId),
        content: contentOf(message.content, mediaPart),
      };
    case 'assistant': {
      const { content = '', toolCalls, continuation } = message;
      return {
        role: 'assistant',
        content: contentOf(content, mediaPart),
        ...(toolCalls && {
          toolCalls: toolCalls.map((call) => ({
            id: calls().ask(call),
            name: call.name,
            arguments: readArguments(call.arguments),
          })),
        }),
        ...(continuation !== undefined && { continuation }),
      };
    }
    default:
      return {
        role: message.role,
        content: contentOf(message.content, mediaPart),
        ...(message.cache && { cache: message.cache }),
      };
  }
}

function contentOf(content: WrittenContent, mediaPart: MediaPartOf): Content {
  if (typeof content === 'string') return content;
  return content.map((part, index): Part => {
    if ('text' in part) return { type: 'text', text: part.text };
    try {
      return mediaPart(part);
    } catch (error) {
      throw error instanceof MessageError ? error.within('content', index) : error;
    }
  });
}

/** Services write arguments as JSON in a text; what a text says is what they are. */
function readArguments(written: Json): Json {
  if (typeof written !== 'string') return written;
  const parsed = parseJsonText(written.trim() === '' ? '{}' : written, { keep: 'texts' });
  return parsed.fault === null && isRecord(parsed.data) ? parsed.data : written;
}

/** The calls of a conversation, by the ids that they have in it and by those that they were written with. */
class CallIds {
  #count = 0;
  /** By the id that was written; of two calls with one id a result means the last. */
  readonly #ids = new Map<string, string>();
  /** Ids of calls that have no result yet. */
  readonly #open = new Set<string>();

  constructor(before: readonly Message[]) {
    for (const message of before) {
      if (message.role === 'tool') this.#open.delete(message.toolCallId);
      if (message.role !== 'assistant') continue;
      for (const { id } of message.toolCalls ?? []) {
        this.#count++;
        this.#open.add(id);
        this.#ids.set(id, id);
      }
    }
  }

  ask({ id: written }: Pick<WrittenCall, 'id'>): string {
    const id = `call_${++this.#count}`;
    this.#open.add(id);
    if (written !== undefined) this.#ids.set(written, id);
    return id;
  }

  answer(written: string | undefined): string {
    const [first] = this.#open;
    const id = written === undefined ? first : this.#ids.get(written);
    if (id === undefined) throw new MessageError(explainStray(written), ['toolCallId']);
    this.#open.delete(id);
    return id;
  }
}

function explainStray(written: string | undefined): string {
  const what =
    written === undefined
      ? 'a result of a tool, but every call before it has its result already'
      : `a result of the call ${written}, but no message before it makes that call`;
  return `${what}: put it behind a message of the assistant with \`toolCalls\``;
}
