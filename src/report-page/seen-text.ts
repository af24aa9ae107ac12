import { nameOfCharacter } from '../core/text/code-point.js';

// What nobody sees or what reorders what is seen, and what controls a terminal; tab and newline are neither
const UNSEEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\p{Cs}|[\u{e0000}-\u{e007f}]/gu;

/** A stretch of a text; `code` names a character that would not be seen, as `U+202E`. */
export interface Stretch {
  readonly text: string;
  readonly code: string | null;
}

/** A text in stretches, its unseen characters apart, so that they can be shown and do nothing. */
export function* seenStretches(text: string): Generator<Stretch> {
  let end = 0;
  for (const match of text.replace(/\r\n/g, '\n').matchAll(UNSEEN)) {
    if (match.index > end) yield { text: match.input.slice(end, match.index), code: null };
    yield { text: match[0], code: nameOfCharacter(match[0]) };
    end = match.index + match[0].length;
  }
  const rest = text.replace(/\r\n/g, '\n').slice(end);
  if (rest !== '') yield { text: rest, code: null };
}

/** A text on one line without what is not seen, for names and lists. */
export function seenLine(text: string): string {
  return text.replace(UNSEEN, '\ufffd').replace(/\s+/g, ' ');
}
