import { createRequire } from 'node:module';
import { z } from 'zod';
import type { Json } from '../model/json.js';

type Library = typeof import('json-p3');
let library: Library | null = null;

/** Loaded when a first path is read: most projects have none. */
function jsonPath(): Library['jsonpath'] {
  library ??= createRequire(import.meta.url)('json-p3') as Library;
  return library.jsonpath;
}

/** A JSONPath (RFC 9535) as users write it. */
export const jsonPathSchema = z.string().superRefine((path, context) => {
  try {
    jsonPath().compile(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    context.addIssue({ code: 'custom', message: `not a JSONPath (${reason}); write it like $.answer.text` });
  }
});

/** All values that the path finds, none when there are none. Throws when the path does not parse. */
export function findValues(path: string, value: unknown): Json[] {
  const found = jsonPath()
    .compile(path)
    .query(value as Json as never);
  return found.values() as Json[];
}
