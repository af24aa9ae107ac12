import type { z } from 'zod';
import { didYouMean, nearestName } from '../../core/text/suggest.js';
import { isRecord } from '../../model/json.js';
import type { Problem } from '../../model/problem.js';
import type { Path, Source } from './yaml-source.js';

type Issue = z.core.$ZodIssue;
type Schema = z.core.$ZodType;

/** A longer list of keys helps nobody. */
const MOST_KNOWN = 20;

/** Turns what zod says about a file's data into problems at lines and columns, in the words of users. */
export function problemsOf(issues: readonly Issue[], schema: Schema, data: unknown, source: Source): Problem[] {
  return withoutEchoes(issues, schema, data).flatMap((issue) => explain(issue, [], schema, data, source));
}

/** A misspelt key is one mistake: that the right one is missing, or that a rule about it is not met, need not be said. */
function withoutEchoes(issues: readonly Issue[], schema: Schema, data: unknown): readonly Issue[] {
  const unknown = issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? [issue] : []));
  return issues.filter((issue) => {
    const last = issue.path.at(-1);
    return !unknown.some(({ path, keys }) => {
      if (issue.code === 'custom') return samePath(issue.path, path);
      if (!samePath(issue.path.slice(0, -1), path) || valueAt(data, issue.path) !== undefined) return false;
      const known = knownKeys(schema, path, data);
      return issue.code !== 'unrecognized_keys' && keys.some((key) => nearestName(key, known) === last);
    });
  });
}

function samePath(a: Path, b: Path): boolean {
  return a.length === b.length && a.every((step, index) => step === b[index]);
}

/** Checks the data of a file against a schema; its problems are added to the list. Returns null when there are any. */
export function check<S extends z.ZodType>(
  schema: S,
  data: unknown,
  source: Source,
  problems: Problem[],
): z.output<S> | null {
  try {
    const result = schema.safeParse(withoutExtensions(data));
    if (result.success) return result.data;
    problems.push(...problemsOf(result.error.issues, schema, data, source));
  } catch (error) {
    // Aliases can stack what is not deep as it is written
    if (!(error instanceof RangeError)) throw error;
    problems.push({ file: source.file, line: 1, column: 1, message: 'nested too deeply' });
  }
  return null;
}

/** Keys at the top that begin with `x-` are for whoever writes the file: a place for anchors, say. */
function withoutExtensions(data: unknown): unknown {
  if (!isRecord(data) || !Object.keys(data).some((key) => key.startsWith('x-'))) return data;
  return Object.fromEntries(Object.entries(data).filter(([key]) => !key.startsWith('x-')));
}

function explain(issue: Issue, base: Path, schema: Schema, data: unknown, source: Source): Problem[] {
  const path = [...base, ...issue.path];
  const at = (message: string, where: Path = path, part: 'key' | 'value' = 'value'): Problem => ({
    file: source.file,
    ...source.at(where, part),
    message,
  });
  const name = path.length === 0 ? 'the file' : `\`${String(path.at(-1))}\``;
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = knownKeys(schema, path, data);
      return issue.keys.map((key) => {
        const nearest = nearestName(key, known);
        const list = known.length > 0 && known.length <= MOST_KNOWN ? `; known: ${known.join(', ')}` : '';
        return at(
          `unknown key ${shorten(key)}${nearest ? ` (did you mean ${nearest}?)` : list}`,
          [...path, key],
          'key',
        );
      });
    }
    case 'invalid_type': {
      const value = valueAt(data, path);
      if (value === undefined) {
        const parent = path.slice(0, -1);
        return [
          at(
            `${typeof path.at(-1) === 'number' ? 'a value' : name} is missing`,
            parent,
            parent.length > 0 && typeof parent.at(-1) === 'string' ? 'key' : 'value',
          ),
        ];
      }
      const wanted = TYPE_NAMES[issue.expected] ?? issue.expected;
      return [at(ownMessage(issue, `${placeName(path)} must be ${wanted}, not ${describe(value)}`))];
    }
    case 'invalid_value': {
      const value = valueAt(data, path);
      const options = issue.values.map(String);
      if (value === undefined)
        return [at(`${name} is missing; one of ${options.join(', ')}`, path.slice(0, -1), 'key')];
      return [
        at(
          `${placeName(path)} must be ${orList(options)}, not ${describe(value)}${didYouMean(wordOf(value), options)}`,
        ),
      ];
    }
    case 'invalid_union':
      return explainUnion(issue, path, schema, data, source, at);
    case 'too_small':
      return [
        at(
          issue.origin === 'array' || issue.origin === 'string'
            ? ownMessage(issue, `${placeName(path)} must not be empty`)
            : ownMessage(
                issue,
                `${placeName(path)} must be ${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}`,
              ),
        ),
      ];
    case 'too_big':
      return [
        at(
          ownMessage(issue, `${placeName(path)} must be ${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}`),
        ),
      ];
    case 'invalid_key':
      return [at(issue.issues[0]?.message ?? issue.message, path, 'key')];
    default:
      return [at(issue.message)];
  }
}

function explainUnion(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  path: Path,
  schema: Schema,
  data: unknown,
  source: Source,
  at: (message: string, where?: Path, part?: 'key' | 'value') => Problem,
): Problem[] {
  if ('discriminator' in issue && issue.discriminator) {
    const key = String(path.at(-1));
    const options = discriminatorValues(schema, path.slice(0, -1), key, data);
    const value = valueAt(data, path);
    if (value === undefined) return [at(`\`${key}\` is missing; one of ${options.join(', ')}`, path.slice(0, -1))];
    const nearest = nearestName(wordOf(value), options);
    return [
      at(
        `unknown ${key} ${describe(value)}${nearest ? ` (did you mean ${nearest}?)` : `; known: ${options.join(', ')}`}`,
      ),
    ];
  }
  // The branch with the fewest keys missing or unknown is the one that was meant; of equals, the one that got furthest
  const misfits = (branch: readonly Issue[]): number =>
    branch.reduce((sum, inner) => {
      if (inner.path.length === 0 && inner.code === 'invalid_type') return sum + 100;
      if (inner.code === 'unrecognized_keys') return sum + inner.keys.length;
      // A rule of the branch's own: no better than a key too many
      if (inner.path.length === 0 && inner.code === 'custom') return sum + 1;
      return sum + (inner.path.length > 0 && valueAt(data, [...path, ...inner.path]) === undefined ? 1 : 0);
    }, 0);
  const depth = (branch: readonly Issue[]) =>
    Math.max(
      0,
      ...branch.map(
        (inner) => inner.path.length * 10 - (inner.code === 'invalid_type' && inner.path.length === 0 ? 5 : 0),
      ),
    );
  const branches = [...issue.errors].sort((a, b) => misfits(a) - misfits(b) || depth(b) - depth(a));
  const best = branches[0] ?? [];
  if (best.every((inner) => inner.path.length === 0 && inner.code === 'invalid_type')) {
    const expected = [
      ...new Set(
        issue.errors
          .flat()
          .map((inner) =>
            inner.code === 'invalid_type' ? (TYPE_NAMES[inner.expected] ?? inner.expected) : 'something else',
          ),
      ),
    ];
    const value = valueAt(data, path);
    if (value === undefined) return [at(`\`${String(path.at(-1))}\` is missing`, path.slice(0, -1))];
    return [at(ownMessage(issue, `${placeName(path)} must be ${orList(expected)}, not ${describe(value)}`))];
  }
  return best.flatMap((inner) => explain(inner, path, schema, data, source));
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
  null: 'null',
};

/** zod's own wording is replaced by ours, but a message written into the schema is kept. */
function ownMessage(issue: Issue, otherwise: string): string {
  return /^(Too small|Too big|Invalid)/.test(issue.message) ? otherwise : issue.message;
}

function placeName(path: Path): string {
  const last = path.at(-1);
  if (last === undefined) return 'the file';
  if (typeof last !== 'number') return `\`${String(last)}\``;
  const list = path.findLast((step) => typeof step === 'string');
  return list === undefined ? `entry ${last + 1}` : `entry ${last + 1} of \`${String(list)}\``;
}

function describe(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value === 'number') return Number.isFinite(value) ? `the number ${value}` : String(value);
  return typeof value === 'string' ? JSON.stringify(shorten(value)) : String(value);
}

/** What somebody may have meant for a name; a mapping is none, and may have any `toString`. */
function wordOf(value: unknown): string {
  return typeof value === 'object' ? '' : String(value);
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function orList(options: readonly string[]): string {
  return options.length <= 1 ? (options[0] ?? '') : `${options.slice(0, -1).join(', ')} or ${options.at(-1)}`;
}

function valueAt(data: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      value !== null && typeof value === 'object' ? (value as Record<PropertyKey, unknown>)[step] : undefined,
    data,
  );
}

/** The object schemas that the value at a path may have; with `all` also those whose literals it does not have. */
function objectsAt(schema: Schema, path: Path, data: unknown, all = false): Record<string, Schema>[] {
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

function knownKeys(schema: Schema, path: Path, data: unknown): string[] {
  return [...new Set(objectsAt(schema, path, data).flatMap((shape) => Object.keys(shape)))];
}

function discriminatorValues(schema: Schema, path: Path, key: string, data: unknown): string[] {
  return objectsAt(schema, path, data, true).flatMap((shape) => {
    const member = shape[key] && (shape[key] as z.core.$ZodTypes)._zod.def;
    if (member?.type === 'enum') return Object.values(member.entries).map(String);
    return member?.type === 'literal' ? member.values.map(String) : [];
  });
}
