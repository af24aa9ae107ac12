import { jsonText } from '../core/text/json-value.js';
import type { Message } from '../model/message.js';
import { sentText } from './sent-text.js';

/** A message in the words of Chat Completions. */
export function chatMessage(message: Message): Record<string, unknown> {
  switch (message.role) {
    case 'tool':
      return { role: 'tool', tool_call_id: message.toolCallId, content: sentText(message.content) };
    case 'assistant':
      return {
        role: 'assistant',
        content: sentText(message.content),
        ...(message.toolCalls && { tool_calls: message.toolCalls.map(chatCall) }),
      };
    default:
      return { role: message.role, content: sentText(message.content) };
  }
}

function chatCall({ id, name, arguments: args }: { id: string; name: string; arguments: unknown }) {
  return {
    id,
    type: 'function',
    function: { name, arguments: typeof args === 'string' ? args : jsonText(args) },
  };
}
