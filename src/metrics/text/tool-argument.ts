import { equalJson, writtenText } from '../../core/text/json-value.js';
import { isRecord, Literal } from '../../model/json.js';

/** What a tool's definition says about an argument. */
export type ArgumentSchema = {
  readonly type?: string;
  readonly items?: { readonly type?: string };
};

type ArgumentKind = 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'dict' | 'null';

/** BFCL takes an argument of type any for a string, since its answers write expressions and variables as text. */
const ARGUMENT_KINDS: ReadonlyMap<string, ArgumentKind> = new Map([
  ['string', 'string'],
  ['any', 'string'],
  ['integer', 'integer'],
  ['float', 'number'],
  ['number', 'number'],
  ['boolean', 'boolean'],
  ['array', 'array'],
  ['tuple', 'array'],
  ['dict', 'dict'],
  ['object', 'dict'],
  ['null', 'null'],
]);

/**
 * What is wrong with the value of an argument, or null when it is accepted. The rules are those of BFCL's Python check:
 * the value has the type of the schema, if there is one, or else that of the accepted values (text where the schema wants a
 * list, for a variable) and then equals one of them exactly;
 * strings compare without case, blanks and `,./-_*^`; lists in order; each key of an object has accepted values of its
 * own. JSON knows one kind of number, so 5.0 is an integer here, and an integer is a float within lists too.
 */
export function checkArgument(
  value: unknown,
  accepted: readonly unknown[],
  schema: ArgumentSchema | undefined,
): string | null {
  const acceptedKind = kindOfFirst(accepted);
  const expected = ARGUMENT_KINDS.get(schema?.type ?? '') ?? null;
  const itemKind = ARGUMENT_KINDS.get(schema?.items?.type ?? '');
  const kind = kindOf(value);
  const typed = expected === null || fits(kind, expected);
  if (!typed && kind !== acceptedKind) return `has the type ${kind}, expected ${expected}`;
  if (typed && itemKind !== undefined && Array.isArray(value) && !hasTypedItems(value, accepted, itemKind)) {
    return `has items of another type than ${itemKind}`;
  }
  const isSymbol = acceptedKind !== null && expected !== null && !(typed && fits(acceptedKind, expected));
  const right = isSymbol
    ? accepted.some((candidate) => equalJson(candidate, value))
    : accepted.some((candidate) => matches(value, candidate, itemKind));
  return right ? null : `has a value that is not accepted: ${preview(value)}`;
}

function matches(value: unknown, accepted: unknown, itemKind: ArgumentKind | undefined): boolean {
  if (Array.isArray(value)) {
    // The mark for "optional" also accepts an empty list.
    const items: readonly unknown[] = Array.isArray(accepted) ? accepted : [];
    if (!Array.isArray(accepted) && accepted !== '') return false;
    if (value.length !== items.length) return false;
    const areRecords = itemKind === 'dict' || (itemKind === undefined && items.length > 0 && items.every(isChoices));
    return value.every((item, at) =>
      areRecords ? matchesRecord(item, items[at]) : equalJson(standardize(item), standardize(items[at])),
    );
  }
  if (isRecord(value)) return accepted !== '' && matchesRecord(value, accepted);
  return equalJson(standardize(value), standardize(accepted));
}

/** Every key is known and has an accepted value, and no key is missing that is not optional. */
function matchesRecord(value: unknown, accepted: unknown): boolean {
  if (!isRecord(value) || !isRecord(accepted)) return false;
  for (const [key, inner] of Object.entries(value)) {
    if (!Object.hasOwn(accepted, key)) return false;
    const standard = standardize(inner);
    if (!choicesIn(accepted[key]).some((choice) => equalJson(standardize(choice), standard))) return false;
  }
  return Object.entries(accepted).every(
    ([key, choices]) => Object.hasOwn(value, key) || choicesIn(choices).includes(''),
  );
}

function hasTypedItems(value: readonly unknown[], accepted: readonly unknown[], itemKind: ArgumentKind): boolean {
  const lists = accepted.filter((candidate): candidate is unknown[] => Array.isArray(candidate));
  if (lists.length === 0) return true;
  return lists.some((list) => {
    const listKind = kindOfFirst(list);
    return value.every((item) => fits(kindOf(item), itemKind) || kindOf(item) === listKind);
  });
}

function standardize(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return value
    .replace(/[ ,./\-_*^]/g, '')
    .toLowerCase()
    .replaceAll("'", '"');
}

function choicesIn(choices: unknown): readonly unknown[] {
  return Array.isArray(choices) ? choices : [choices];
}

function isChoices(value: unknown): boolean {
  return isRecord(value) && Object.values(value).every(Array.isArray);
}

/** The kind of the first accepted value that is not the mark for "optional", or null when there is no other. */
function kindOfFirst(accepted: readonly unknown[]): ArgumentKind | null {
  const first = accepted.find((value) => value !== '');
  return first === undefined ? null : kindOf(first);
}

function kindOf(written: unknown): ArgumentKind {
  const value = written instanceof Literal ? written.value : written;
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  if (typeof value === 'string') return 'string';
  return typeof value === 'boolean' ? 'boolean' : 'dict';
}

function fits(kind: ArgumentKind, expected: ArgumentKind): boolean {
  return kind === expected || (kind === 'integer' && expected === 'number');
}

function preview(value: unknown): string {
  if (value instanceof Literal) return writtenText(value);
  if (typeof value === 'object' && value !== null) return kindOf(value);
  if (typeof value !== 'string') return String(value);
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
}
