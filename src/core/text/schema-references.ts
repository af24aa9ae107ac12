import { isRecord } from '../../model/json.js';

/**
 * The first `$ref` of a JSON Schema that points, from its root, to what is not in it; null when there is none. ajv would find
 * at `#/constructor` what every object inherits, and let every value pass. Where a part has an `$id` of its own, pointers
 * begin there, and it is left to ajv.
 */
export function findStrayReference(schema: Readonly<Record<string, unknown>>): string | null {
  const parts = partsOf(schema);
  if (parts.some((part) => part !== schema && typeof part['$id'] === 'string')) return null;
  const references = parts
    .flatMap((part) => [part['$ref'], part['$dynamicRef']])
    .filter((reference) => typeof reference === 'string');
  return references.find((reference) => reference.startsWith('#/') && !holds(schema, reference)) ?? null;
}

/** Words whose values are data, in which a `$ref` refers to nothing. */
const DATA = new Set(['const', 'enum', 'default', 'example', 'examples']);

function partsOf(node: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (Array.isArray(node)) return node.flatMap(partsOf);
  if (!isRecord(node)) return [];
  return [node, ...Object.entries(node).flatMap(([key, member]) => (DATA.has(key) ? [] : partsOf(member)))];
}

/** Whether a JSON Pointer in an address (RFC 6901) leads to something by own members alone. */
function holds(schema: unknown, reference: string): boolean {
  let node = schema;
  for (const written of reference.slice(2).split('/')) {
    const name = unescaped(written).replaceAll('~1', '/').replaceAll('~0', '~');
    if (node === null || typeof node !== 'object' || !Object.hasOwn(node, name)) return false;
    node = (node as Readonly<Record<string, unknown>>)[name];
  }
  return true;
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
