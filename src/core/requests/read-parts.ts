import { isRecord } from '../../model/json.js';
import { type WrittenCall, type WrittenPart, writtenPartSchema } from '../../model/written-message.js';
import { writtenText } from '../text/json-value.js';
import { MessageError } from './message-error.js';

/** The result of a tool among the parts of a message, as Anthropic has it. */
interface FoundResult {
  readonly toolCallId: string | undefined;
  readonly content: readonly WrittenPart[];
}

/** What stands in the list of a message's parts. */
export interface FoundParts {
  readonly parts: readonly WrittenPart[];
  readonly calls: readonly WrittenCall[];
  readonly results: readonly FoundResult[];
}

/** What one entry of the list is. Left out is what a model thought: that belongs to the service that it came from. */
type Found =
  | { readonly part: WrittenPart }
  | { readonly call: WrittenCall }
  | { readonly result: FoundResult }
  | 'thought';

/**
 * Reads the parts of a message in the words of OpenAI's Chat Completions and Responses, of Anthropic's Messages, and in
 * ours. Throws MessageError.
 */
export function readParts(list: readonly unknown[]): FoundParts {
  const found = list.map((item, index) => {
    try {
      return readPart(item);
    } catch (error) {
      throw error instanceof MessageError ? error.within(index) : error;
    }
  });
  return {
    parts: found.flatMap((each) => (each !== 'thought' && 'part' in each ? [each.part] : [])),
    calls: found.flatMap((each) => (each !== 'thought' && 'call' in each ? [each.call] : [])),
    results: found.flatMap((each) => (each !== 'thought' && 'result' in each ? [each.result] : [])),
  };
}

function readPart(item: unknown): Found {
  if (typeof item === 'string') return { part: { text: item } };
  if (!isRecord(item)) throw new MessageError('a part of a message is a mapping, such as { text: … }', []);
  const { type } = item;
  switch (type) {
    case 'text':
    case 'input_text':
    case 'output_text':
      return { part: { text: textAt(item, 'text') } };
    case 'refusal':
      return { part: { text: textAt(item, 'refusal') } };
    case 'image_url':
    case 'input_image':
      return { part: readImage(item) };
    case 'input_audio':
      return { part: readAudio(item) };
    case 'input_file':
      return { part: readFile(item) };
    case 'tool_use':
      return {
        call: {
          ...idAt(item, 'id'),
          name: textAt(item, 'name'),
          arguments: (item['input'] ?? {}) as WrittenCall['arguments'],
        },
      };
    case 'tool_result':
      return { result: { toolCallId: idAt(item, 'tool_use_id').id, content: contentParts(item['content']) } };
    case 'thinking':
    case 'redacted_thinking':
    case 'reasoning':
      return 'thought';
    default:
      if (type === 'file' && isRecord(item['file'])) return { part: readFile(item['file']) };
      if ((type === 'image' || type === 'document') && isRecord(item['source']))
        return { part: readSource(type, item['source'], item['title']) };
      return { part: readOwn(item) };
  }
}

/** The parts that a content is: a text, a list of parts, or nothing. */
function contentParts(content: unknown): readonly WrittenPart[] {
  if (content === undefined || content === null) return [{ text: '' }];
  if (Array.isArray(content)) return readParts(content).parts;
  if (isRecord(content)) throw new MessageError('`content` must be text or a list', ['content']);
  return [{ text: writtenText(content as string) }];
}

function readImage(item: Readonly<Record<string, unknown>>): WrittenPart {
  const given = item['image_url'];
  const image = isRecord(given) ? textAt(given, 'url') : textAt(item, 'image_url');
  const detail = isRecord(given) ? given['detail'] : item['detail'];
  return { image, ...(detail === 'low' || detail === 'high' || detail === 'auto' ? { detail } : {}) };
}

function readAudio(item: Readonly<Record<string, unknown>>): WrittenPart {
  const audio = item['input_audio'];
  if (!isRecord(audio)) throw new MessageError('`input_audio` must be a mapping: { data, format }', ['input_audio']);
  return { audio: `data:audio/${textAt(audio, 'format')};base64,${textAt(audio, 'data')}` };
}

function readFile(item: Readonly<Record<string, unknown>>): WrittenPart {
  if (item['file_id'] !== undefined)
    throw new MessageError('the file is kept by a service, which alone knows it: give its data or its path', [
      'file_id',
    ]);
  const name = typeof item['filename'] === 'string' ? { name: item['filename'] } : {};
  const file = item['file_url'] === undefined ? textAt(item, 'file_data') : textAt(item, 'file_url');
  // OpenAI takes the base64 alone too
  const isUrl = /^(data|https):/i.test(file);
  return { file: isUrl ? file : `data:application/pdf;base64,${file}`, ...name };
}

function readSource(
  type: 'image' | 'document',
  source: Readonly<Record<string, unknown>>,
  title: unknown,
): WrittenPart {
  const name = typeof title === 'string' && title !== '' ? { name: title } : {};
  const of = (at: string): WrittenPart => (type === 'image' ? { image: at, ...name } : { file: at, ...name });
  switch (source['type']) {
    case 'base64':
      return of(`data:${textAt(source, 'media_type')};base64,${textAt(source, 'data')}`);
    case 'url':
      return of(textAt(source, 'url'));
    case 'text':
      return { text: textAt(source, 'data') };
    default:
      throw new MessageError(`a source of type ${String(source['type'])} is not known: give data or a url`, [
        'source',
        'type',
      ]);
  }
}

function readOwn(item: Readonly<Record<string, unknown>>): WrittenPart {
  const read = writtenPartSchema.safeParse(item);
  if (read.success) return read.data;
  const type = typeof item['type'] === 'string' ? ` of type ${item['type']}` : '';
  const keys = Object.keys(item).join(', ');
  throw new MessageError(
    `a part${type} with ${keys === '' ? 'nothing in it' : keys} is not known: write { text }, { image }, { file } or { audio }`,
    [],
  );
}

/** Throws MessageError when there is no text. */
export function textAt(record: Readonly<Record<string, unknown>>, key: string): string {
  const value = record[key];
  if (typeof value === 'string') return value;
  throw new MessageError(value === undefined ? `\`${key}\` is missing` : `\`${key}\` must be text`, [key]);
}

function idAt(record: Readonly<Record<string, unknown>>, key: string): { readonly id?: string } {
  const id = record[key];
  return typeof id === 'string' && id !== '' ? { id } : {};
}
