import type { z } from 'zod';
import { type DataPath, discriminatorValues, knownKeys, valueAt } from './schema-keys.js';
import { didYouMean, nearestName } from './suggest.js';

type Issue = z.core.$ZodIssue;
type IssueOf<Code extends Issue['code']> = Extract<Issue, { code: Code }>;
type Schema = z.core.$ZodType;

/** A longer list of keys helps nobody. */
const MOST_KNOWN = 20;

/** What is wrong with data, in words of users, and where: at the value or at the key of a path. */
export interface DataFault {
  readonly path: DataPath;
  readonly part: 'key' | 'value';
  readonly message: string;
}

/** What zod says about data that somebody else has written, in the words of users. */
export function explainIssues(issues: readonly Issue[], schema: Schema, data: unknown): DataFault[] {
  return withoutEchoes(issues, schema, data).flatMap((issue) => explain(issue, [], schema, data));
}

/** The first thing that is wrong, for where there are no lines to point at: `answer.usage: `input` is missing`. */
export function firstFault({ issues }: z.ZodError, schema: Schema, data: unknown): string {
  const [first] = explainIssues(issues, schema, data);
  // What has no lines is no file
  return first ? withPath(first).replace(/^the file /, 'it ') : 'it is not as it has to be';
}

/** A fault of JSON in one line and in its words, with the whole path of what it is about. */
export function withPath({ path, message: told }: Pick<DataFault, 'path' | 'message'>): string {
  const message = told.replace(/\ba mapping\b/g, 'an object');
  const place = (steps: DataPath) => steps.map(String).join('.');
  const name = /^`([^`]+)`/.exec(message)?.[1];
  const last = path.at(-1);
  // Of what is missing the path is that of what it is missing in
  if (name !== undefined)
    return `\`${place(name === String(last) ? path : [...path, name])}\`${message.slice(name.length + 2)}`;
  const before = message.startsWith(`unknown key ${String(last)}`) ? path.slice(0, -1) : path;
  return before.length > 0 ? `${place(before)}: ${message}` : message;
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

function samePath(a: DataPath, b: DataPath): boolean {
  return a.length === b.length && a.every((step, index) => step === b[index]);
}

/** A fault in the value at a path, unless it is said to be in its key. */
function fault(path: DataPath, message: string, part: DataFault['part'] = 'value'): DataFault {
  return { path, part, message };
}

/** What one issue means. Its path, and those of the issues in it, go on from `base`. */
function explain(issue: Issue, base: DataPath, schema: Schema, data: unknown): DataFault[] {
  const path = [...base, ...issue.path];
  const about = (what: string) => [fault(path, ownMessage(issue, `${placeName(path)} ${what}`))];
  switch (issue.code) {
    case 'unrecognized_keys':
      return explainUnknownKeys(issue, path, schema, data);
    case 'invalid_type':
      return [explainType(issue, path, valueAt(data, path))];
    case 'invalid_value':
      return [explainValue(issue, path, valueAt(data, path))];
    case 'invalid_union':
      return explainUnion(issue, path, schema, data);
    case 'too_small':
      if (issue.origin === 'array' || issue.origin === 'string') return about('must not be empty');
      return about(`must be ${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}`);
    case 'too_big':
      return about(`must be ${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}`);
    case 'invalid_key':
      return [fault(path, issue.issues[0]?.message ?? issue.message, 'key')];
    case 'invalid_format':
      return about(`must be ${FORMATS[issue.format] ?? 'written otherwise'}`);
    case 'not_multiple_of':
      return about(`must be a multiple of ${issue.divisor}`);
    default:
      return about('is not as it has to be');
  }
}

function explainUnknownKeys(
  { keys }: IssueOf<'unrecognized_keys'>,
  path: DataPath,
  schema: Schema,
  data: unknown,
): DataFault[] {
  const known = knownKeys(schema, path, data);
  const list = known.length > 0 && known.length <= MOST_KNOWN ? `; known: ${known.join(', ')}` : '';
  return keys.map((key) => {
    const nearest = nearestName(key, known);
    const hint = nearest ? ` (did you mean ${nearest}?)` : list;
    return fault([...path, key], `unknown key ${shorten(key)}${hint}`, 'key');
  });
}

function explainType(issue: IssueOf<'invalid_type'>, path: DataPath, value: unknown): DataFault {
  if (value !== undefined) {
    const wanted = TYPE_NAMES[issue.expected] ?? issue.expected;
    return fault(path, ownMessage(issue, `${placeName(path)} must be ${wanted}, not ${describe(value)}`));
  }
  const parent = path.slice(0, -1);
  const what = typeof path.at(-1) === 'number' ? 'a value' : nameOf(path);
  return fault(parent, `${what} is missing`, typeof parent.at(-1) === 'string' ? 'key' : 'value');
}

function explainValue(issue: IssueOf<'invalid_value'>, path: DataPath, value: unknown): DataFault {
  const options = issue.values.map(String);
  if (value === undefined)
    return fault(path.slice(0, -1), `${nameOf(path)} is missing; one of ${options.join(', ')}`, 'key');
  return fault(path, mustBeOneOf(options, path, value));
}

const FORMATS: Readonly<Record<string, string>> = {
  datetime: 'a time like 2026-01-31T12:00:00Z',
  date: 'a day like 2026-01-31',
  url: 'an address like https://example.com',
  email: 'an address like name@example.com',
};

/** Whether it is the whole value that is another than the schema asks for, and not a part of it. */
function isOfType(issue: Issue): boolean {
  return issue.path.length === 0 && (issue.code === 'invalid_type' || issue.code === 'invalid_value');
}

function namesOfType(issue: Issue): readonly string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  return [issue.code === 'invalid_type' ? (TYPE_NAMES[issue.expected] ?? issue.expected) : 'something else'];
}

function explainUnion(issue: IssueOf<'invalid_union'>, path: DataPath, schema: Schema, data: unknown): DataFault[] {
  if ('discriminator' in issue && issue.discriminator) return [explainDiscriminator(path, schema, data)];
  const value = valueAt(data, path);
  const isPlain = value !== undefined && (value === null || typeof value !== 'object');
  if (isPlain && ownMessage(issue, '') !== '') return [fault(path, issue.message)];
  const branch = branchMeant(issue.errors, path, data);
  if (!branch.every(isOfType)) return branch.flatMap((inner) => explain(inner, path, schema, data));
  // No branch is of this type: then none is the one that was meant
  if (value === undefined) return [fault(path.slice(0, -1), `${nameOf(path)} is missing`)];
  const types = [...new Set(issue.errors.flat().flatMap(namesOfType))];
  return [fault(path, ownMessage(issue, mustBeOneOf(types, path, value)))];
}

/** The key at the end of `path` says which branch is meant, and none is called so. */
function explainDiscriminator(path: DataPath, schema: Schema, data: unknown): DataFault {
  const key = String(path.at(-1));
  const options = discriminatorValues(schema, path.slice(0, -1), key, data);
  const value = valueAt(data, path);
  if (value === undefined) return fault(path.slice(0, -1), `\`${key}\` is missing; one of ${options.join(', ')}`);
  const nearest = nearestName(wordOf(value), options);
  const hint = nearest ? ` (did you mean ${nearest}?)` : `; known: ${options.join(', ')}`;
  return fault(path, `unknown ${key} ${describe(value)}${hint}`);
}

/** The branch with the fewest keys missing or unknown is the one that was meant; of equals, the one that got furthest. */
function branchMeant(branches: readonly (readonly Issue[])[], path: DataPath, data: unknown): readonly Issue[] {
  const misfits = (branch: readonly Issue[]): number =>
    branch.reduce((sum, inner) => {
      if (isOfType(inner)) return sum + 100;
      if (inner.code === 'unrecognized_keys') return sum + inner.keys.length;
      // A rule of the branch's own: no better than a key too many
      if (inner.path.length === 0 && inner.code === 'custom') return sum + 1;
      return sum + (inner.path.length > 0 && valueAt(data, [...path, ...inner.path]) === undefined ? 1 : 0);
    }, 0);
  const depth = (branch: readonly Issue[]) =>
    Math.max(0, ...branch.map((inner) => inner.path.length * 10 - (isOfType(inner) ? 5 : 0)));
  const [best = []] = [...branches].sort((a, b) => misfits(a) - misfits(b) || depth(b) - depth(a));
  return best;
}

function mustBeOneOf(options: readonly string[], path: DataPath, value: unknown): string {
  const guess = didYouMean(wordOf(value), options);
  return `${placeName(path)} must be ${orList(options)}, not ${describe(value)}${guess}`;
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

function nameOf(path: DataPath): string {
  return path.length === 0 ? 'the file' : `\`${String(path.at(-1))}\``;
}

/** The same, and for a member of a list which one it is. */
function placeName(path: DataPath): string {
  const last = path.at(-1);
  if (typeof last !== 'number') return nameOf(path);
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

/** What somebody may have meant for a name; a number is near to all others of one digit. */
function wordOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'boolean' ? String(value) : '';
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function orList(options: readonly string[]): string {
  return options.length <= 1 ? (options[0] ?? '') : `${options.slice(0, -1).join(', ')} or ${options.at(-1)}`;
}
