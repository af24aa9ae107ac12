import { z } from 'zod';

/**
 * A number, true, false or null that its value alone does not tell: as written, `3.10` and `0x1F` are other texts than
 * 3.1 and 31, and 9007199254740993 is a number that no double holds. Where a value is turned into text the text counts;
 * `core/text/json-value.ts` compares and writes both.
 */
export class Literal {
  /** The nearest that JavaScript has. */
  readonly value: number | boolean | null;
  readonly text: string;

  constructor(value: number | boolean | null, text: string) {
    this.value = value;
    this.text = text;
  }

  toString(): string {
    return this.text;
  }

  /** For those who know JSON only as JSON.stringify writes it. */
  toJSON(): number | boolean | null {
    return this.value;
  }
}

/** Any JSON value. */
export type Json = string | number | boolean | null | Literal | readonly Json[] | { readonly [key: string]: Json };

/** Deeper than any data, and far from what exhausts the stack of whoever walks it. */
export const MAX_JSON_DEPTH = 200;

/** Any JSON value, taken as it is. */
export const jsonSchema = z.unknown().check(({ value, issues }) => {
  const fault = faultOfJson(value);
  if (fault === null) return;
  issues.push(
    fault.value === undefined
      ? { code: 'invalid_type', expected: 'nonoptional', path: fault.path, input: undefined }
      : { code: 'custom', message: fault.message, path: fault.path, input: fault.value },
  );
}) as z.ZodType<unknown> as z.ZodType<Json>;

/** Marks, for editors, where the path of a file may stand in place of a JSON Schema: it is read before the rest is checked. */
export const SCHEMA_FILE = 'x-schema-file';

/** A JSON Schema document as users write it; that it compiles is checked when it is loaded. */
export const jsonSchemaDocument = z.record(z.string(), jsonSchema).meta({
  description: 'A JSON Schema (draft 2020-12, or the one that its `$schema` names: 2019-09, 7), or the path of one.',
  [SCHEMA_FILE]: true,
});

interface JsonValueFault {
  readonly path: PropertyKey[];
  readonly value: unknown;
  readonly message: string;
}

interface Step {
  readonly value: unknown;
  readonly key: PropertyKey;
  readonly above: Step | null;
  readonly depth: number;
}

/** What in a value is not JSON, found without recursion: a module or an alias may have made it of any depth, or a circle. */
function faultOfJson(value: unknown): JsonValueFault | null {
  if (isPlainLeaf(value)) return null;
  const open: Step[] = [{ value, key: '', above: null, depth: 0 }];
  for (let step = open.pop(); step; step = open.pop()) {
    const message = faultOfValue(step);
    if (message !== null) return { path: pathOf(step), value: step.value, message };
    if (step.value === null || typeof step.value !== 'object' || step.value instanceof Literal) continue;
    const members = Array.isArray(step.value) ? [...step.value.entries()] : Object.entries(step.value);
    // The first member is looked at first
    for (const [key, member] of members.reverse())
      if (!isPlainLeaf(member)) open.push({ value: member, key, above: step, depth: step.depth + 1 });
  }
  return null;
}

function isPlainLeaf(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'boolean' || value === null;
}

function faultOfValue({ value, depth }: Step): string | null {
  if (depth > MAX_JSON_DEPTH) return `nested more than ${MAX_JSON_DEPTH} deep`;
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return null;
    case 'number':
      return Number.isFinite(value) ? null : `${value} is not JSON; put it in quotes if it is a text`;
    case 'object':
      return value === null || value instanceof Literal || Array.isArray(value) || isPlainObject(value)
        ? null
        : 'an object that is not JSON';
    default:
      return `a ${typeof value} is not JSON`;
  }
}

function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function pathOf(step: Step): PropertyKey[] {
  const path: PropertyKey[] = [];
  for (let at: Step | null = step; at?.above; at = at.above) path.unshift(at.key);
  return path;
}

/** Whether a value is a JSON object: no list, and not null. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value) && !(value instanceof Literal);
}
