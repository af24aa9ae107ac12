import { isRecord, type Json, Literal } from '../../model/json.js';
import type { PromptMessage } from '../../model/prompt.js';
import type { WrittenContent, WrittenMessage, WrittenPart } from '../../model/written-message.js';
import { compileTemplate, type Render } from '../text/template.js';

/** A template of a prompt's message, with its path in the message. */
export interface PromptText {
  readonly path: readonly PropertyKey[];
  readonly text: string;
}

/** A message that is a text and nothing else. */
export interface TextMessage {
  readonly role: 'system' | 'developer' | 'user' | 'assistant';
  readonly content: string;
}

export function isTextMessage(message: PromptMessage): message is PromptMessage & TextMessage {
  if ('history' in message || message.role === 'tool') return false;
  return typeof message.content === 'string' && !('toolCalls' in message);
}

/** Makes another text of one that stands at a path in a message. */
type Change = (text: string, path: readonly PropertyKey[]) => string;

/** Every template of a message: its texts, the sources and names of its parts, and all texts in the arguments of its calls. */
export function textsOfMessage(message: PromptMessage): readonly PromptText[] {
  if ('history' in message) return [];
  const texts: PromptText[] = [];
  changeTexts(message, (text, path) => {
    texts.push({ path, text });
    return text;
  });
  return texts;
}

/** A function from variables to the message that they make of its templates, in `limitMs` each. Both throw TemplateError. */
export function compileMessage(
  message: WrittenMessage,
): (vars: Readonly<Record<string, unknown>>, limitMs?: number) => WrittenMessage {
  const renders = new Map<string, Render>(textsOfMessage(message).map(({ text }) => [text, compileTemplate(text)]));
  return (vars, limitMs) => changeTexts(message, (text) => renders.get(text)?.(vars, limitMs) ?? text);
}

function changeTexts(message: WrittenMessage, change: Change): WrittenMessage {
  if (message.role !== 'assistant') return { ...message, content: changeContent(message.content, change) };
  const { content, toolCalls } = message;
  return {
    role: 'assistant',
    ...(content !== undefined && { content: changeContent(content, change) }),
    ...(toolCalls && {
      toolCalls: toolCalls.map((call, index) => ({
        ...call,
        arguments: changeJson(call.arguments, change, ['toolCalls', index, 'arguments']),
      })),
    }),
  };
}

function changeContent(content: WrittenContent, change: Change): WrittenContent {
  if (typeof content === 'string') return change(content, ['content']);
  return content.map((part, index) => changePart(part, (text, path) => change(text, ['content', index, ...path])));
}

function changePart(part: WrittenPart, change: Change): WrittenPart {
  if ('text' in part) return { ...part, text: change(part.text, ['text']) };
  const name = part.name === undefined ? {} : { name: change(part.name, ['name']) };
  if ('image' in part) return { ...part, ...name, image: change(part.image, ['image']) };
  if ('file' in part) return { ...part, ...name, file: change(part.file, ['file']) };
  return { ...part, ...name, audio: change(part.audio, ['audio']) };
}

function changeJson(value: Json, change: Change, path: readonly PropertyKey[]): Json {
  if (typeof value === 'string') return change(value, path);
  if (value === null || typeof value !== 'object' || value instanceof Literal) return value;
  if (!isRecord(value)) return value.map((item: Json, index: number) => changeJson(item, change, [...path, index]));
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, changeJson(member as Json, change, [...path, key])]),
  );
}
