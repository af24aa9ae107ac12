import { indentedJson } from './json-value.js';

/**
 * A value as JSON that every parser takes. JavaScript's texts may hold halves of a character (lone surrogates), for which
 * JSON.stringify writes an escape that strict parsers, `jq` among them, refuse the whole file for: here they are U+FFFD.
 * What is no number is null. Numbers stay as they were written, also those that no double holds.
 */
export function writeJson(value: unknown, indent = 0): string {
  return wellFormedJson(indentedJson(value, indent));
}

/**
 * As `writeJson`, for a terminal, a CI log or who looks at the file: characters that these would act on are written as
 * escapes, which changes no value.
 */
export function printableJson(value: unknown, indent = 0): string {
  return writeJson(value, indent)
    .replace(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replace(HASH_COMMAND, '#\\u0023');
}

// DEL, the C1 controls, line separators and reordering marks, which JSON leaves as they are
const UNSAFE = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
// Workflow commands that are found anywhere in a line; `##` is only ever inside a JSON string
const HASH_COMMAND = /##(?=[\w-]*\[)/g;

/** JSON text with U+FFFD in place of each half of a character. */
export function wellFormedJson(json: string): string {
  const text = json.isWellFormed() ? json : json.toWellFormed();
  // JSON.stringify escapes lone surrogates only; a backslash that is itself escaped begins no escape
  return text.includes('\\ud') ? text.replace(/\\(?:u(d[89a-f][0-9a-f]{2})|.)/g, mend) : text;
}

function mend(written: string, surrogate: string | undefined): string {
  return surrogate === undefined ? written : '\ufffd';
}
