import type { z } from 'zod';

type Schema = z.core.$ZodType;

/** Where a value stands in data, step by step. */
export type DataPath = readonly PropertyKey[];

/** What stands in data at a path; undefined for nothing. */
export function valueAt(data: unknown, path: DataPath): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      value !== null && typeof value === 'object' ? (value as Record<PropertyKey, unknown>)[step] : undefined,
    data,
  );
}

/** The object schemas that the value at a path may have; with `all` also those whose literals it does not have. */
function objectsAt(schema: Schema, path: DataPath, data: unknown, all = false): Record<string, Schema>[] {
  const def = (schema as z.core.$ZodTypes)._zod.def;
  switch (def.type) {
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'readonly':
    case 'nonoptional':
      return objectsAt(def.innerType, path, data, all);
    case 'pipe':
      return objectsAt(def.in, path, data, all);
    case 'union': {
      const matching = all && path.length === 0 ? [] : def.options.filter((option) => literalsMatch(option, data));
      return (matching.length > 0 ? matching : def.options).flatMap((option) => objectsAt(option, path, data, all));
    }
    case 'array':
      return path.length === 0 ? [] : objectsAt(def.element, path.slice(1), valueAt(data, path.slice(0, 1)), all);
    case 'record':
      return path.length === 0 ? [] : objectsAt(def.valueType, path.slice(1), valueAt(data, path.slice(0, 1)), all);
    case 'object': {
      const [step, ...rest] = path;
      if (step === undefined) return [def.shape];
      const member = def.shape[String(step)];
      return member ? objectsAt(member, rest, valueAt(data, [step]), all) : [];
    }
    default:
      return [];
  }
}

/** Whether the literal members of an object schema (`metric: contains`) are those of the data. */
function literalsMatch(option: Schema, data: unknown): boolean {
  const def = (option as z.core.$ZodTypes)._zod.def;
  if (def.type === 'union') return def.options.some((each) => literalsMatch(each, data));
  if (def.type !== 'object') return false;
  return Object.entries(def.shape).every(([key, member]) => {
    const literal = (member as z.core.$ZodTypes)._zod.def;
    return literal.type !== 'literal' || literal.values.includes(valueAt(data, [key]) as never);
  });
}

/** The keys that the object at a path may have, by what its data says it is. */
export function knownKeys(schema: Schema, path: DataPath, data: unknown): string[] {
  return [...new Set(objectsAt(schema, path, data).flatMap((shape) => Object.keys(shape)))];
}

/** The values of a key that tell the members of a union apart. */
export function discriminatorValues(schema: Schema, path: DataPath, key: string, data: unknown): string[] {
  return objectsAt(schema, path, data, true).flatMap((shape) => {
    const member = shape[key] && (shape[key] as z.core.$ZodTypes)._zod.def;
    if (member?.type === 'enum') return Object.values(member.entries).map(String);
    return member?.type === 'literal' ? member.values.map(String) : [];
  });
}
