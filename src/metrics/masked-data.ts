import { redactJson } from '../core/text/redact-json.js';
import type { Json } from '../model/json.js';
import { type PlacedFinding, withoutOverlaps } from './output-findings.js';
import { findPersonalData, KINDS } from './pii/find-personal-data.js';
import { COUNTRIES } from './pii/national-ids.js';
import { findKeys } from './secrets.js';
import { readingsOf } from './text/readings.js';

/** Values that hide each other are few; who writes more of them in a row means to have one left. */
const MOST_PASSES = 8;
const UNMASKABLE = '[not kept: personal data that could not be told apart]';

/**
 * Masks personal data and secrets of one call: what the metrics `pii` and `secrets` find. The same value is the same
 * placeholder everywhere in the call (`[email-1]`), and nothing of the value is left in it: a digest of a telephone number
 * is soon found out. Takes time linear in the length of the texts.
 */
export class DataMask {
  /** By kind, the values in the order in which they came. */
  readonly #seen = new Map<string, Map<string, number>>();

  text(text: string): string {
    const masked = this.#replace(text);
    // A value with a soft hyphen in it, in wide letters or as `%40` is one to who reads it: then the text is kept as it is read
    const telling = readingsOf(masked).find((read) => read !== masked && find(read).length > 0);
    return telling === undefined ? masked : this.text(telling);
  }

  /** Every text of a value; keys and numbers too. */
  json<T extends Json>(value: T): T {
    // Masking keeps the shape, and makes a text of a number that holds a value
    return redactJson(value, (text) => this.text(text)) as T;
  }

  #replace(text: string): string {
    let masked = text;
    // What stood too close to another value to be seen as one may be seen when that is gone
    for (let pass = 0; pass < MOST_PASSES; pass++) {
      const found = find(masked);
      if (found.length === 0) return masked;
      let next = '';
      let end = 0;
      for (const finding of found) {
        next += masked.slice(end, finding.start) + this.#placeholder(finding);
        end = finding.end;
      }
      masked = next + masked.slice(end);
    }
    return find(masked).length === 0 ? masked : UNMASKABLE;
  }

  #placeholder({ kind, value }: PlacedFinding): string {
    const values = this.#seen.get(kind) ?? new Map<string, number>();
    this.#seen.set(kind, values);
    const key = value.toLowerCase();
    const number = values.get(key) ?? values.size + 1;
    values.set(key, number);
    return `[${kind}-${number}]`;
  }
}

/** What a masked text says besides whom and what it names. */
export function withoutPlaceholders(text: string): string {
  return text.replace(/\[[a-z-]{2,40}-\d{1,6}\]/g, ' ');
}

function find(text: string): readonly PlacedFinding[] {
  const found = [...findKeys(text), ...findPersonalData(text, KINDS, COUNTRIES)];
  return [...withoutOverlaps(found)].sort((a, b) => a.start - b.start);
}
