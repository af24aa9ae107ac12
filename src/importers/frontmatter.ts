import { atTop, type SourcePlace } from '../model/problem.js';
import { isUnreadable, type Located, located, parseLocated, type Unreadable } from './located.js';

/** A file of a YAML head between lines of dashes, and a text below. */
export interface HeadedFile {
  readonly head: Located;
  readonly body: string;
  /** Where the body begins. */
  readonly place: SourcePlace;
}

/** Comments such as a licence may stand above the head, as the reference of Dotprompt has it. */
const HEAD = /^\ufeff?((?:[ \t]*(?:#[^\n]*)?\n)*)---[ \t]*\n([\s\S]*?)(?:^|\n)---[ \t]*(?:\n|$)/;

/** Splits a file into head and body; a file without a head is all body. */
export function splitHead(file: string, text: string): HeadedFile | Unreadable {
  const start = atTop(file);
  const [whole, above = '', written = ''] = HEAD.exec(text) ?? [];
  // A heading above a ruled text is Markdown
  const isHead = above === '' || /^[\w-]+\??:/m.test(written);
  if (whole === undefined || !isHead) return { head: located({}, start), body: text, place: start };
  // The lines above count, so that places are those of the file
  const head = parseLocated(file, `${above.replace(/[^\n]/g, '')}\n${written}`);
  if (isUnreadable(head)) return head;
  return { head, body: text.slice(whole.length), place: { file, line: whole.split('\n').length, column: 1 } };
}
