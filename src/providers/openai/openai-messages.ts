import { textOf } from '../../core/requests/message-text.js';
import { jsonText } from '../../core/text/json-value.js';
import type { Content, MediaPart, Message } from '../../model/message.js';
import {
  base64Of,
  dataUrlOf,
  kindOf,
  type MediaOfMessages,
  mediaIn,
  nameOfPart,
  type PlacedPart,
} from '../contract/media.js';
import { withChatContinuation } from './chat-continuation.js';
import type { Demand } from './chat-dialect.js';

/** A message in the words of Chat Completions, with what the service demands of it. */
export function chatMessage(message: Message, media: MediaOfMessages, demands: Demand | null): Record<string, unknown> {
  const content = chatContent(message.content, media);
  switch (message.role) {
    case 'tool':
      return { role: 'tool', tool_call_id: callId(message.toolCallId), content };
    case 'assistant':
      return withChatContinuation(
        { role: 'assistant', content, ...(message.toolCalls && { tool_calls: message.toolCalls.map(chatCall) }) },
        message.continuation,
        demands,
      );
    default:
      return { role: message.role, content };
  }
}

/**
 * Why a part cannot be sent in Chat Completions, and what to do; null when it can. Of other services than OpenAI's only
 * what the format has no word for is known.
 *
 * Source: https://developers.openai.com/api/reference/resources/chat/subresources/completions/methods/create
 */
export function refuseChatPart({ part, role }: PlacedPart, isOfficial: boolean): string | null {
  const kind = kindOf(part);
  if (role !== 'user')
    return `Chat Completions takes only text in a message of role ${role}, and no ${kind}: put it into a message of the user`;
  if (kind === 'audio') {
    if ('url' in part) return 'Chat Completions takes no link to a recording: give the file itself';
    if (isOfficial && !['audio/wav', 'audio/mpeg'].includes(part.mediaType))
      return `OpenAI takes recordings as WAV or MP3, and not as ${part.mediaType}: convert it`;
  }
  if (kind === 'file' && 'url' in part && isOfficial)
    return 'Chat Completions takes no link to a file: give the file itself, or say `api: responses` in the entry of the provider';
  return null;
}

function chatContent(content: Content, media: MediaOfMessages): unknown {
  if (typeof content === 'string' || mediaIn(content).length === 0) return textOf(content);
  return content.map((part) => (part.type === 'text' ? part : chatPart(part, media)));
}

function chatPart(part: MediaPart, media: MediaOfMessages): Record<string, unknown> {
  switch (kindOf(part)) {
    case 'image': {
      const url = 'url' in part ? part.url : dataUrlOf(part, media);
      return { type: 'image_url', image_url: { url, ...(part.detail && { detail: part.detail }) } };
    }
    case 'audio':
      if ('url' in part) throw new Error('a link to a recording has no place here');
      return { type: 'input_audio', input_audio: { data: base64Of(part, media), format: formatOf(part.mediaType) } };
    case 'file':
      // OpenRouter and others take a link in the place of the data
      return 'url' in part
        ? { type: 'file', file: { file_data: part.url, ...(part.name && { filename: part.name }) } }
        : { type: 'file', file: { filename: nameOfPart(part), file_data: dataUrlOf(part, media) } };
  }
}

/** `mp3` for audio/mpeg, and `wav`, `flac`, `ogg` as these are called anyway. */
function formatOf(mediaType: string): string {
  const [, name = ''] = mediaType.split('/');
  return { mpeg: 'mp3', mp4: 'm4a' }[name] ?? name;
}

/** `call_1` as nine letters and digits, which Mistral's services ask for and others take. */
function callId(id: string): string {
  return id.replace(/^call_(\d{1,5})$/, (_, number: string) => `call${number.padStart(5, '0')}`);
}

function chatCall({ id, name, arguments: args }: { id: string; name: string; arguments: unknown }) {
  return {
    id: callId(id),
    type: 'function',
    function: { name, arguments: typeof args === 'string' ? args : jsonText(args) },
  };
}
