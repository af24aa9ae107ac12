import type { z } from 'zod';
import type { Caller } from './callers.js';
import type { Parsed } from './protocol.js';

/** The functions that a thread offers, by their names. */
export type Functions = (name: string) => (args: readonly unknown[], caller: Caller) => unknown;

/** A function of a definition by its way through it: `judge.asks`. */
export function functionAt(definition: object, way: string): ReturnType<Functions> {
  const steps = way.split('.');
  const last = steps.pop() ?? '';
  const owner = steps.reduce<object>((value, step) => value[step as never], definition);
  return (args) => (owner[last as never] as (...args: readonly unknown[]) => unknown).apply(owner, [...args]);
}

/** What a schema says to a value, without what only zod itself can use. */
export function parseWith(schema: z.core.$ZodType | undefined, value: unknown): Parsed {
  if (schema === undefined) throw new Error('no schema is known by this name');
  const result = (schema as z.ZodType).safeParse(value);
  if (result.success) return { value: result.data };
  return { issues: JSON.parse(JSON.stringify(result.error.issues)) as unknown[] };
}
