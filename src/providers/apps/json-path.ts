import { createRequire } from 'node:module';
import { z } from 'zod';
import { nearestValues } from '../../core/text/json-value.js';
import { didYouMean } from '../../core/text/suggest.js';
import { messageOf } from '../../core/text/thrown.js';
import { type Json, MAX_JSON_DEPTH } from '../../model/json.js';

type Library = typeof import('json-p3');
let library: Library | null = null;

/** Loaded when a first path is read: most projects have none. */
function loadLibrary(): Library {
  library ??= createRequire(import.meta.url)('json-p3') as Library;
  return library;
}

/** A JSONPath (RFC 9535) as users write it, or one of the words that may stand in its place. */
export function jsonPathOr(...words: readonly string[]) {
  return z.string().superRefine((path, context) => {
    if (words.includes(path)) return;
    try {
      loadLibrary().jsonpath.compile(path);
    } catch (error) {
      const reason = error instanceof RangeError ? 'it is nested too deeply' : messageOf(error);
      const what = words.length === 0 ? 'not a JSONPath' : `neither ${words.join(' nor ')} nor a JSONPath`;
      const message = `${what} (${reason}); write it like $.answer.text${didYouMean(path, words)}`;
      context.addIssue({ code: 'custom', message });
    }
  });
}

/** A JSONPath as users write it. */
export const jsonPathSchema = jsonPathOr();

/** As many values of an answer as a message may count; a path with several `..` can find more than there is room for. */
export const MOST_VALUES = 1000;

/**
 * The values that the path finds, the first thousand at most; none when there are none. Throws when the path does not
 * parse, or the value is nested more deeply than JSON that came from outside may be.
 */
export function findValues(path: string, value: Json): Json[] {
  const environment = new (loadLibrary().JSONPathEnvironment)({ maxRecursionDepth: MAX_JSON_DEPTH });
  const found: Json[] = [];
  // Paths compare numbers as JavaScript does; what they find is the value as it came
  for (const { location } of environment.compile(path).lazyQuery(nearestValues(value) as never)) {
    found.push(valueAt(value, location));
    if (found.length === MOST_VALUES) break;
  }
  return found;
}

function valueAt(value: Json, location: readonly (string | number)[]): Json {
  return location.reduce<Json>(
    (inner, step) => (inner as { readonly [step: string | number]: Json })[step] ?? null,
    value,
  );
}
