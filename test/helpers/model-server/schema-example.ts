import { asArray, asObject, type Json, type JsonObject } from './json.js';

/** Returns a small value that follows the JSON schema; strings are the given text. Knows the subset for structured outputs. */
export function makeExample(schema: JsonObject, text: string): Json {
  return build(schema, text, schema);
}

function build(schema: JsonObject, text: string, root: JsonObject): Json {
  if (typeof schema['$ref'] === 'string') return build(resolveReference(schema['$ref'], root), text, root);
  if (schema['const'] !== undefined) return schema['const'];
  const [choice] = asArray(schema['enum']);
  if (choice !== undefined) return choice;
  const [variant] = asArray(schema['anyOf'] ?? schema['oneOf']);
  if (variant !== undefined) return build(asObject(variant), text, root);
  switch (Array.isArray(schema['type']) ? schema['type'][0] : schema['type']) {
    case 'string':
      return text;
    case 'integer':
    case 'number':
      return typeof schema['minimum'] === 'number' ? schema['minimum'] : 0;
    case 'boolean':
      return true;
    case 'null':
      return null;
    case 'array':
      return schema['minItems'] ? [build(asObject(schema['items']), text, root)] : [];
    default:
      return Object.fromEntries(
        Object.entries(asObject(schema['properties'])).map(([name, part]) => [name, build(asObject(part), text, root)]),
      );
  }
}

function resolveReference(reference: string, root: JsonObject): JsonObject {
  const steps = reference.split('/').slice(1);
  return steps.reduce((at, step) => asObject(at[step]), root);
}
