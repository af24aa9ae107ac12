import type { Message } from '../model/message.js';
import { sentText } from './sent-text.js';

/** A message in the words of the Messages API. Turns of the same role in a row are allowed; the API joins them. */
export function turnOf(message: Message): Record<string, unknown> {
  const text = sentText(message.content);
  if (message.role === 'tool')
    return { role: 'user', content: [{ type: 'tool_result', tool_use_id: message.toolCallId, content: text }] };
  if (message.role !== 'assistant' || !message.toolCalls) return { role: message.role, content: text };
  return {
    role: 'assistant',
    content: [
      // Signed thinking has to stand before the calls that came of it
      ...(Array.isArray(message.continuation) ? message.continuation : []),
      ...(text === '' ? [] : [{ type: 'text', text }]),
      ...message.toolCalls.map(({ id, name, arguments: input }) => ({ type: 'tool_use', id, name, input })),
    ],
  };
}
