import { textOf } from '../core/requests/message-text.js';
import { jsonText } from '../core/text/json-value.js';
import type { Message } from '../model/message.js';

/** A message in the words of Chat Completions. */
export function chatMessage(message: Message): Record<string, unknown> {
  switch (message.role) {
    case 'tool':
      return { role: 'tool', tool_call_id: message.toolCallId, content: textOf(message.content) };
    case 'assistant':
      return {
        role: 'assistant',
        content: textOf(message.content),
        ...(message.toolCalls && { tool_calls: message.toolCalls.map(chatCall) }),
      };
    default:
      return { role: message.role, content: textOf(message.content) };
  }
}

function chatCall({ id, name, arguments: args }: { id: string; name: string; arguments: unknown }) {
  return {
    id,
    type: 'function',
    function: { name, arguments: typeof args === 'string' ? args : jsonText(args) },
  };
}
