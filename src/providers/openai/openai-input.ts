import { textOf } from '../../core/requests/message-text.js';
import { jsonText } from '../../core/text/json-value.js';
import type { Content, MediaPart, Message } from '../../model/message.js';
import { dataUrlOf, kindOf, type MediaOfMessages, mediaIn, nameOfPart, type PlacedPart } from '../contract/media.js';
import { phaseInHistory, phaseOf } from './responses-phase.js';

/** A message of a conversation as the items of an input of the Responses API. Calls and their results are items of their own. */
export function inputItems(message: Message, history: readonly Message[], media: MediaOfMessages): unknown[] {
  const content = inputContent(message.content, media);
  switch (message.role) {
    case 'tool':
      return [{ type: 'function_call_output', call_id: message.toolCallId, output: content }];
    case 'assistant': {
      const kept = Array.isArray(message.continuation) ? message.continuation : [];
      const phase = phaseInHistory(message, history);
      return [
        ...kept.filter((item) => phaseOf(item) === undefined),
        ...(content === '' ? [] : [{ role: 'assistant', content, ...(phase && { phase }) }]),
        ...(message.toolCalls ?? []).map(({ id, name, arguments: args }) => ({
          type: 'function_call',
          call_id: id,
          name,
          arguments: typeof args === 'string' ? args : jsonText(args),
        })),
      ];
    }
    default:
      return [{ role: message.role, content }];
  }
}

/**
 * Why a part cannot be sent to the Responses API, and what to do; null when it can.
 *
 * Source: https://developers.openai.com/api/docs/guides/file-inputs, and https://developers.openai.com/docs/guides/audio
 */
export function refuseInputPart({ part, role }: PlacedPart): string | null {
  const kind = kindOf(part);
  if (kind === 'audio')
    return 'the Responses API takes no recordings: say `api: chat` in the entry of the provider, and use a model that hears';
  return role === 'assistant'
    ? `the Responses API takes only text in a message of the assistant, and no ${kind}: put it into a message of the user`
    : null;
}

function inputContent(content: Content, media: MediaOfMessages): unknown {
  if (typeof content === 'string' || mediaIn(content).length === 0) return textOf(content);
  return content.map((part) =>
    part.type === 'text' ? { type: 'input_text', text: part.text } : inputPart(part, media),
  );
}

function inputPart(part: MediaPart, media: MediaOfMessages): Record<string, unknown> {
  if (kindOf(part) === 'image')
    return {
      type: 'input_image',
      image_url: 'url' in part ? part.url : dataUrlOf(part, media),
      detail: part.detail ?? 'auto',
    };
  return 'url' in part
    ? { type: 'input_file', file_url: part.url }
    : { type: 'input_file', filename: nameOfPart(part), file_data: dataUrlOf(part, media) };
}
