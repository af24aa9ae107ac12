import type { Content, MediaPart, Message, Part } from '../../model/message.js';
import { formatBytes } from '../text/format.js';

/** Whether a message is the developer's word, which the model obeys before all others. */
export function isInstruction({ role }: { readonly role: string }): boolean {
  return role === 'system' || role === 'developer';
}

/** What people read of a content: its texts, and in their places the names of what is no text. */
export function textOf(content: Content): string {
  return typeof content === 'string' ? content : content.map(describePart).join('\n');
}

/** As `textOf`, for those who look at a record: what is no text with all that is known of it. */
export function recordedText(content: Content): string {
  return typeof content === 'string' ? content : content.map(describeRecorded).join('\n');
}

function describeRecorded(part: Part): string {
  return part.type === 'text' ? part.text : `[${part.type} ${describeMedia(part)}]`;
}

/** `cat.png, image/png, 12 kB, sha256 3f2a…`, or its link. */
export function describeMedia(part: MediaPart): string {
  const name = part.name === undefined ? [] : [part.name];
  if ('url' in part) return [...name, part.url].join(', ');
  return [...name, part.mediaType, formatBytes(part.bytes), `sha256 ${part.digest.slice(0, 12)}`].join(', ');
}

function describePart(part: Part): string {
  if (part.type === 'text') return part.text;
  return `[${part.type}${part.name === undefined ? '' : ` ${part.name}`}]`;
}

/** All in some messages that is no text, each once. */
export function mediaOf(messages: readonly Message[]): readonly MediaPart[] {
  const parts = new Map<string, MediaPart>();
  for (const { content } of messages) {
    for (const part of typeof content === 'string' ? [] : content)
      if (part.type !== 'text') parts.set('digest' in part ? part.digest : part.url, part);
  }
  return [...parts.values()];
}

/** What the user said last; null when there is no such message. */
export function lastQuestion(messages: readonly Message[]): string | null {
  const last = messages.findLast(({ role }) => role === 'user');
  return last ? textOf(last.content) : null;
}
