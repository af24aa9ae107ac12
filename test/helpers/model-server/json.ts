/** A JSON value as it travels over the wire. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object as it travels over the wire. */
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** Returns the value when it is a JSON object, else an empty one: a request may send anything. */
export function asObject(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

/** Returns the value when it is a JSON array, else an empty one. */
export function asArray(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

/** Returns the value when it is a string, else an empty one. */
export function asText(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** True for JSON objects, not for arrays and null. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns the parsed text, or undefined when it is not JSON. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
