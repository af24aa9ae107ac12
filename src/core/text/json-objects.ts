import type { Json } from '../../model/json.js';
import { type JsonFault, parseJsonText } from './json-text.js';

/** A JSON object that stands in a text, as a value and as it is written. */
export interface WrittenObject {
  readonly data: Json;
  readonly written: string;
}

/** Where an object begins: prose has braces too. With the quotes of other languages it is meant as one, and is no JSON. */
const BEGINS = /\{(?=\s*["'}])/g;

/**
 * The JSON objects in a text, whatever stands around and between them; the fault of the first that is meant as one and is
 * none. Takes time in proportion to the text.
 */
export function findJsonObjects(text: string): readonly WrittenObject[] | JsonFault {
  const found: WrittenObject[] = [];
  let from = 0;
  for (;;) {
    BEGINS.lastIndex = from;
    const start = BEGINS.exec(text)?.index;
    if (start === undefined) return found;
    from = endOf(text, start);
    const written = text.slice(start, from);
    const parsed = parseJsonText(written);
    if (parsed.fault !== null) return { ...parsed.fault, offset: start + parsed.fault.offset };
    found.push({ data: parsed.data, written });
  }
}

/** Behind the brace that closes the one at `start`; the end of the text when none does. */
function endOf(text: string, start: number): number {
  const marks = /[{}]|"(?:[^"\\]|\\[\s\S])*"?/g;
  marks.lastIndex = start;
  let depth = 0;
  for (let mark = marks.exec(text); mark !== null; mark = marks.exec(text)) {
    if (mark[0] === '{') depth++;
    else if (mark[0] === '}' && --depth === 0) return marks.lastIndex;
  }
  return text.length;
}
