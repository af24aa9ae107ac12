import { isRecord, type Json } from '../../model/json.js';
import { writtenText } from './json-value.js';
import type { Redact } from './redact.js';

/**
 * Replaces secrets in every text of a value, its keys and numbers included. A number that holds one becomes a text, since
 * what is left of it is none.
 */
export function redactJson(value: Json, redact: Redact): Json {
  if (Array.isArray(value)) return value.map((item: Json) => redactJson(item, redact));
  if (isRecord(value))
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [redact(key), redactJson(member as Json, redact)]),
    );
  if (typeof value === 'string') return redact(value);
  const text = writtenText(value);
  const redacted = redact(text);
  return redacted === text ? value : redacted;
}
