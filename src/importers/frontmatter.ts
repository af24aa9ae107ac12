import type { SourcePlace } from './importer.js';
import { isUnreadable, type Located, located, parseLocated, type Unreadable } from './located.js';

/** A file of a YAML head between lines of dashes, and a text below. */
export interface HeadedFile {
  readonly head: Located;
  readonly body: string;
  /** Where the body begins. */
  readonly place: SourcePlace;
}

/** Splits a file into head and body; a file without a head is all body. */
export function splitHead(file: string, text: string): HeadedFile | Unreadable {
  const start = { file, line: 1, column: 1 };
  const [whole, written = ''] = /^\ufeff?---[ \t]*\n([\s\S]*?)(?:^|\n)---[ \t]*(?:\n|$)/.exec(text) ?? [];
  if (whole === undefined) return { head: located({}, start), body: text, place: start };
  // The line of dashes counts, so that places are those of the file
  const head = parseLocated(file, `\n${written}`);
  if (isUnreadable(head)) return head;
  return { head, body: text.slice(whole.length), place: { file, line: whole.split('\n').length, column: 1 } };
}
