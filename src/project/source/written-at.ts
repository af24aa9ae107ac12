import type { Scalar } from 'yaml';
import { lastAtMost } from '../../core/text/last-at-most.js';

/** The offset of a line and column, both from 1, in a text. */
export function offsetIn(text: string, line: number, column: number): number {
  const before = text.split('\n').slice(0, line - 1);
  return before.reduce((sum, each) => sum + each.length + 1, 0) + column - 1;
}

/**
 * Where in the source of a YAML scalar the character at an offset of its value is written: a function, so that many offsets of
 * one text cost no more than its length. YAML folds, indents and escapes, but the characters that one sees stay in their order:
 * so those are counted, and blanks are found by what stands before them.
 */
export function placesWritten(
  written: string,
  type: Scalar.Type | undefined,
  value: string,
): (offset: number) => number {
  const find = type === 'BLOCK_LITERAL' ? inLiteral(written, value) : amongVisible(written, type, value);
  return (offset) => find(Math.min(Math.max(0, offset), value.length));
}

function amongVisible(written: string, type: Scalar.Type | undefined, value: string): (offset: number) => number {
  const body = type === 'BLOCK_FOLDED' ? written.indexOf('\n') + 1 : type === 'PLAIN' ? 0 : 1;
  const places = visiblePlaces(written, type, body);
  const visible = [...value.matchAll(/\S/g)].map(({ index }) => index);
  return (offset) => {
    const seen = lastAtMost(visible, offset - 1) + 1;
    if (visible[seen] === offset) return places[seen]?.start ?? body;
    const blanks = offset - ((visible[seen - 1] ?? -1) + 1);
    return Math.min((places[seen - 1]?.end ?? body) + blanks, written.length);
  };
}

/** Every line of a literal is there as it is, behind its indentation. */
function inLiteral(written: string, value: string): (offset: number) => number {
  const lines = written.split('\n');
  const indent = /^( *)\S/.exec(lines.slice(1).find((line) => /\S/.test(line)) ?? '')?.[1]?.length ?? 0;
  const first = value.split('\n').find((line) => /\S/.test(line)) ?? '';
  // What an indentation indicator (`|2`) leaves of the blanks belongs to the text
  const own = indent - (/^ */.exec(first)?.[0].length ?? 0);
  const [starts, valueStarts] = [lineStarts(written), lineStarts(value)];
  return (offset) => {
    const line = lastAtMost(valueStarts, offset);
    const column = offset - (valueStarts[line] ?? 0);
    const above = starts[line + 1] ?? written.length;
    return Math.min(above + Math.min(own + column, lines[line + 1]?.length ?? 0), written.length);
  };
}

function lineStarts(text: string): readonly number[] {
  return [0, ...Array.from(text.matchAll(/\n/g), ({ index }) => index + 1)];
}

interface Place {
  readonly start: number;
  readonly end: number;
}

/** The places of the first characters that one sees, each of UTF-16. */
function visiblePlaces(written: string, type: Scalar.Type | undefined, body: number): readonly Place[] {
  const places: Place[] = [];
  for (let at = body; at < written.length; ) {
    const [source, character] = characterAt(written, type, at);
    for (const unit of character.split('')) if (/\S/.test(unit)) places.push({ start: at, end: at + source.length });
    at += source.length;
  }
  return places;
}

const ESCAPE = /\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|\r?\n|[\s\S])/y;

/** What stands at a place of the source, and what it is in the value. */
function characterAt(written: string, type: Scalar.Type | undefined, at: number): readonly [string, string] {
  const own = written[at] ?? '';
  if (type === 'QUOTE_SINGLE' && own === "'" && written[at + 1] === "'") return ["''", "'"];
  if (type !== 'QUOTE_DOUBLE' || own !== '\\') return [own, own];
  ESCAPE.lastIndex = at;
  const escaped = ESCAPE.exec(written)?.[0] ?? own;
  if (/^\\[xuU]/.test(escaped)) {
    const code = Number.parseInt(escaped.slice(2), 16);
    return [escaped, code > 0x10ffff ? '?' : String.fromCodePoint(code)];
  }
  // Those that are blanks; NUL, bell, backspace, escape and next line are none
  if (/^\\(?:[tnvfrNLP_ \t]|\r?\n)$/.test(escaped)) return [escaped, escaped === '\\N' ? '\u0085' : ' '];
  return [escaped, escaped.slice(1) || '?'];
}
