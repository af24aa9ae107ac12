import { isRecord, type Json } from '../model/json.js';

type Schema = Record<string, Json>;

const SCALARS = new Set(['string', 'number', 'integer', 'boolean', 'null']);

/** Picoschema, the short form of JSON Schema that Dotprompt has, as JSON Schema. Throws for what is neither. */
export function picoschemaToSchema(written: unknown): Schema {
  if (typeof written === 'string') return scalar(written);
  if (!isRecord(written)) throw new Error('it is no schema');
  const type = written['type'];
  if (typeof type === 'string' && (SCALARS.has(type) || type === 'object' || type === 'array'))
    return written as Schema;
  if (isRecord(written['properties'])) return { type: 'object', ...(written as Schema) };
  return objectOf(written);
}

function objectOf(fields: Readonly<Record<string, unknown>>): Schema {
  const properties: Schema = {};
  const required: string[] = [];
  let others: Json = false;
  for (const [key, value] of Object.entries(fields)) {
    const [, name = '', optional, , kind, description] =
      /^([^?(]+)(\?)?(\(([^,)]+)(?:,\s*([^)]*))?\))?$/.exec(key) ?? [];
    if (key === '(*)') {
      others = picoschemaToSchema(value);
      continue;
    }
    if (name === '') throw new Error(`${key} is no field of a Picoschema`);
    const schema = fieldOf(kind, value);
    properties[name] = { ...(optional ? orNull(schema) : schema), ...(description ? { description } : {}) };
    if (!optional) required.push(name);
  }
  return { type: 'object', properties, required, additionalProperties: others };
}

function fieldOf(kind: string | undefined, value: unknown): Schema {
  switch (kind) {
    case undefined:
      return picoschemaToSchema(value);
    case 'array':
      return { type: 'array', items: picoschemaToSchema(value) };
    case 'object':
      return picoschemaToSchema(value);
    case 'enum':
      if (!Array.isArray(value)) throw new Error('an enum is a list of values');
      return { enum: value as Json[] };
    default:
      throw new Error(`Picoschema has no ${kind}`);
  }
}

function scalar(text: string): Schema {
  const [type = '', ...rest] = text.split(',');
  const name = type.trim();
  const description = rest.join(',').trim();
  if (name !== 'any' && !SCALARS.has(name)) throw new Error(`${name || 'nothing'} is no type of a Picoschema`);
  return { ...(name === 'any' ? {} : { type: name }), ...(description ? { description } : {}) };
}

/** A field that may be left out may be null too. */
function orNull(schema: Schema): Schema {
  return typeof schema['type'] === 'string' ? { ...schema, type: [schema['type'], 'null'] } : schema;
}
