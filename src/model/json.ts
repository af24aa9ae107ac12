import { z } from 'zod';

/** Any JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export const jsonSchema: z.ZodType<Json> = z.json();

/** A JSON Schema document as users write it; that it compiles is checked when it is loaded. */
export const jsonSchemaDocument = z.record(z.string(), z.json()).describe('A JSON Schema (draft 2020-12).');

/** Whether a value is a JSON object: no list, and not null. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
