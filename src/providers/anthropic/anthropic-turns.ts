import { textOf } from '../../core/requests/message-text.js';
import { jsonText } from '../../core/text/json-value.js';
import { isRecord, type Json } from '../../model/json.js';
import type { Content, MediaPart, Message } from '../../model/message.js';
import { base64Of, kindOf, type MediaOfMessages, mediaIn, type PlacedPart, textIn } from '../contract/media.js';

/** A message in the words of the Messages API. Turns of the same role in a row are allowed; the API joins them. */
export function turnOf(message: Message, media: MediaOfMessages): Record<string, unknown> {
  const content = blocksOf(message.content, media);
  if (message.role === 'tool')
    return { role: 'user', content: [{ type: 'tool_result', tool_use_id: message.toolCallId, content }] };
  const cache = cacheOf(message);
  if (cache) return { role: message.role, content: withCache(content, cache) };
  if (message.role !== 'assistant' || !message.toolCalls) return { role: message.role, content };
  return {
    role: 'assistant',
    content: [
      // Signed thinking has to stand before the calls that came of it
      ...(Array.isArray(message.continuation) ? message.continuation : []),
      ...(content === '' ? [] : [{ type: 'text', text: content }]),
      ...message.toolCalls.map(({ id, name, arguments: args }) => ({
        type: 'tool_use',
        id,
        name,
        input: inputOf(args),
      })),
    ],
  };
}

/** The API takes only objects; what else a model wrote goes back as its page on fine-grained tool streaming advises. */
function inputOf(args: Json): Json {
  return isRecord(args) ? args : { INVALID_JSON: typeof args === 'string' ? args : jsonText(args) };
}

/** What the service is told to keep up to the end of a message; nothing for most. Source: …/build-with-claude/prompt-caching */
export function cacheOf(message: Message): { readonly type: 'ephemeral'; readonly ttl?: '1h' } | undefined {
  if (!('cache' in message) || message.cache === undefined) return undefined;
  return message.cache === '1h' ? { type: 'ephemeral', ttl: '1h' } : { type: 'ephemeral' };
}

/** The last block of the message ends what is kept. */
function withCache(content: unknown, cache: NonNullable<ReturnType<typeof cacheOf>>): unknown {
  const blocks: readonly object[] = Array.isArray(content) ? content : [{ type: 'text', text: content }];
  return blocks.map((block, index) => (index === blocks.length - 1 ? { ...block, cache_control: cache } : block));
}

/**
 * Why a part cannot be sent to the Messages API, and what to do; null when it can.
 *
 * Source: https://platform.claude.com/docs/en/build-with-claude/pdf-support and …/vision
 */
export function refuseBlock({ part, role }: PlacedPart): string | null {
  const kind = kindOf(part);
  if (kind === 'audio')
    return 'the Anthropic API takes no recordings: use a model of another service, or write down what is said';
  if (role !== 'user' && role !== 'tool')
    return `the Anthropic API takes only text in a message of role ${role}, and no ${kind}: put it into a message of the user`;
  if (kind === 'image' || 'url' in part || part.mediaType === 'application/pdf' || isText(part.mediaType)) return null;
  return `the Anthropic API takes files as PDF or text, and not as ${part.mediaType}: save it as one of these`;
}

function blocksOf(content: Content, media: MediaOfMessages): unknown {
  if (typeof content === 'string' || mediaIn(content).length === 0) return textOf(content);
  return content.flatMap((part) => {
    if (part.type !== 'text') return [blockOf(part, media)];
    // The API refuses blocks without a text
    return part.text === '' ? [] : [{ type: 'text', text: part.text }];
  });
}

function blockOf(part: MediaPart, media: MediaOfMessages): Record<string, unknown> {
  if (kindOf(part) === 'image') return { type: 'image', source: sourceOf(part, media) };
  return { type: 'document', source: sourceOf(part, media), ...(part.name && { title: part.name }) };
}

function sourceOf(part: MediaPart, media: MediaOfMessages) {
  if ('url' in part) return { type: 'url', url: part.url };
  const { mediaType } = part;
  // Whatever the text is, this is the one type that it may have
  return isText(mediaType)
    ? { type: 'text', media_type: 'text/plain', data: textIn(part, media) }
    : { type: 'base64', media_type: mediaType, data: base64Of(part, media) };
}

function isText(mediaType: string): boolean {
  return mediaType.startsWith('text/') || mediaType === 'application/json' || mediaType === 'application/xml';
}
