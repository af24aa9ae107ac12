import { createHash, hash } from 'node:crypto';
import { Literal } from '../../model/json.js';
import { plainText } from './json-value.js';

/**
 * JSON with the keys of every object sorted and `undefined` members left out, so that equal values give equal text: also
 * 3.10 and 3.1, which are one number in two texts.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  // Plain loops, and texts that are added up: this runs several times for every sample
  let text = '';
  if (Array.isArray(value)) {
    for (const item of value) text += `${text === '' ? '' : ','}${canonicalJson(item ?? null)}`;
    return `[${text}]`;
  }
  if (value instanceof Literal) return plainText(value);
  const record = value as Readonly<Record<string, unknown>>;
  for (const key of sortedKeys(record)) {
    const member = record[key];
    if (member !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(member)}`;
  }
  return `{${text}}`;
}

function sortedKeys(record: object): readonly string[] {
  const keys = Object.keys(record);
  const isSorted = keys.every((key, index) => index === 0 || (keys[index - 1] ?? '') <= key);
  return isSorted ? keys : keys.sort();
}

/** sha256 of the canonical JSON of a value, in hex. */
export function digest(value: unknown): string {
  return sha256(canonicalJson(value));
}

/** sha256 of a text, in hex. */
export function sha256(text: string): string {
  return hash('sha256', text, 'hex');
}

/** sha256 of many values in their order, in hex: their canonical JSON, a line each, is never there all at once. */
export function digestEach(values: Iterable<unknown>): string {
  const lines = createHash('sha256');
  for (const value of values) lines.update(`${canonicalJson(value)}\n`);
  return lines.digest('hex');
}
