import { Lexer, LineCounter } from 'yaml';
import type { Comment } from '../../lint/ignore.js';

/** What the lexer says before the text of a block or plain scalar, in which `#` begins no comment. */
const SCALAR = '\u001f';
const CONTROLS = ['\u0002', '\u0018', SCALAR];

/** The comments of a YAML text. */
export function commentsOf(file: string, text: string): readonly Comment[] {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (const match of text.matchAll(/\n/g)) lines.addNewLine(match.index + 1);
  const comments: Comment[] = [];
  let offset = 0;
  let before = '';
  for (const token of new Lexer().lex(text)) {
    if (CONTROLS.includes(token)) {
      before = token;
      continue;
    }
    if (token.startsWith('#') && before !== SCALAR) {
      const { line, col: column } = lines.linePos(offset);
      const isAlone = text.slice(offset - column + 1, offset).trim() === '';
      comments.push({ file, line, column, text: token.slice(1), isAlone });
    }
    before = token;
    offset += token.length;
  }
  return comments;
}
