import type { Content, Message, Part } from '../../model/message.js';

/** What people read of a content: its texts, and in their places the names of what is no text. */
export function textOf(content: Content): string {
  return typeof content === 'string' ? content : content.map(describePart).join('\n');
}

function describePart(part: Part): string {
  if (part.type === 'text') return part.text;
  return `[${part.type}${part.name === undefined ? '' : ` ${part.name}`}]`;
}

/** What the user said last; null when there is no such message. */
export function lastQuestion(messages: readonly Message[]): string | null {
  const last = messages.findLast(({ role }) => role === 'user');
  return last ? textOf(last.content) : null;
}
