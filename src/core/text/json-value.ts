import { isRecord, type Json, Literal } from '../../model/json.js';
import { decimalText, sameDecimal } from './decimal.js';

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/;

/** A value as a person reads it: a text as it is, a scalar as it was written, and the JSON of anything else. */
export function writtenText(value: Json): string {
  if (typeof value === 'string') return value;
  return value instanceof Literal ? value.text : jsonText(value);
}

/** What JSON.stringify writes, but without loss: numbers as they were written, also those that no double holds. */
export function jsonText(value: unknown): string {
  return indentedJson(value, 0);
}

/** The same on lines of their own, with so many blanks before each level. */
export function indentedJson(value: unknown, indent: number): string {
  // The common case takes a tenth of the time
  return holdsLiteral(value)
    ? writeJson(value, ' '.repeat(indent), '\n')
    : (JSON.stringify(value, null, indent) ?? 'null');
}

/** `lineBreak` ends with the blanks that stand before what it holds. */
function writeJson(value: unknown, indent: string, lineBreak: string): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (value instanceof Literal) return JSON_NUMBER.test(value.text) ? value.text : plainText(value);
  if ('toJSON' in value) return JSON.stringify(value) ?? 'null';
  const within = lineBreak + indent;
  const [before, after, blank] = indent === '' ? ['', '', ''] : [within, lineBreak, ' '];
  const put = (open: string, items: readonly string[], close: string) =>
    items.length === 0 ? open + close : open + before + items.join(`,${before}`) + after + close;
  const write = (member: unknown) => writeJson(member, indent, within);
  if (Array.isArray(value)) return put('[', value.map(write), ']');
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return put(
    '{',
    members.map(([key, member]) => `${JSON.stringify(key)}:${blank}${write(member)}`),
    '}',
  );
}

/**
 * The same JSON for every way to write one value: 3.10, 3.1 and 31e-1 are 3.1. A number that no double holds keeps all
 * its digits.
 */
export function plainText({ value, text }: Literal): string {
  if (typeof value !== 'number') return String(value);
  const exact = exactText(text);
  const nearest = String(value);
  return exact === null || sameDecimal(exact, nearest) ? JSON.stringify(value) : decimalText(exact);
}

/** A number of JSON or YAML as a decimal; YAML has hexadecimal and octal ones. */
function exactText(text: string): string | null {
  if (/^0[xo][\da-f]+$/i.test(text)) return BigInt(text).toString();
  return /^[-+]?[\d.]/.test(text) ? text : null;
}

/** Whether a value is, read from its JSON, what it was: JSON has no words for 0x1F, `True` and `~`. */
export function isWrittenJson(value: unknown): boolean {
  let isWritten = true;
  replaceLiterals(value, (literal) => {
    isWritten &&= JSON_NUMBER.test(literal.text);
    return null;
  });
  return isWritten;
}

/** Whether a number is more than its value, which is the nearest that a double holds. */
export function isInexact(literal: Literal): boolean {
  return typeof literal.value === 'number' && plainText(literal) !== JSON.stringify(literal.value);
}

/** Whether two values are equal, whatever the order of keys; numbers are compared exactly, however they are written. */
export function equalJson(left: unknown, right: unknown): boolean {
  if (left instanceof Literal || right instanceof Literal)
    return isScalar(left) && isScalar(right) && plain(left) === plain(right);
  if (left === null || right === null || typeof left !== 'object' || typeof right !== 'object') return left === right;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  const other = right as Readonly<Record<string, unknown>>;
  return Object.entries(left).every(([key, member]) => Object.hasOwn(other, key) && equalJson(member, other[key]));
}

type Scalar = string | number | boolean | null | Literal;

function isScalar(value: unknown): value is Scalar {
  return value instanceof Literal || value === null || typeof value !== 'object';
}

/** Texts keep their quotes, so that "1" is not 1. */
function plain(value: Scalar): string {
  return value instanceof Literal ? plainText(value) : JSON.stringify(value);
}

/** The value with the nearest double in place of each number that is written in another way, for those who know no other. */
export function nearestValues(value: unknown): unknown {
  return replaceLiterals(value, (literal) => literal.value);
}

/** Steps to parts of a value, where `*` is any step. */
type Paths = readonly (readonly PropertyKey[])[];

/**
 * The same, but below some paths: what stands there is somebody's data and not a setting. Below those of `exactly` only
 * numbers that no double holds stay.
 */
export function valuesBut(kept: Paths, value: unknown, exactly: Paths = []): unknown {
  if (kept.some(isHere) || !holdsLiteral(value)) return value;
  if (exactly.some(isHere)) return exactValues(value);
  const read = (step: PropertyKey, member: unknown) => valuesBut(below(kept, step), member, below(exactly, step));
  if (Array.isArray(value)) return value.map((item, index) => read(index, item));
  if (!isRecord(value)) return nearestValues(value);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, read(key, member)]));
}

const isHere = (path: readonly PropertyKey[]) => path.length === 0;

const below = (paths: Paths, step: PropertyKey): Paths =>
  paths.flatMap(([first, ...rest]) => (first === '*' || first === step ? [rest] : []));

/** The same, but for numbers that no double holds: those stay as they are, since they equal nothing else. */
export function exactValues<Value>(value: Value): Value {
  return replaceLiterals(value, (literal) => (isInexact(literal) ? literal : literal.value)) as Value;
}

/** A copy in which something stands for every Literal; the value itself when it has none. */
export function replaceLiterals(value: unknown, replace: (literal: Literal) => unknown): unknown {
  if (!holdsLiteral(value)) return value;
  if (value instanceof Literal) return replace(value);
  if (Array.isArray(value)) return value.map((item) => replaceLiterals(item, replace));
  return Object.fromEntries(
    Object.entries(value as object).map(([key, member]) => [key, replaceLiterals(member, replace)]),
  );
}

/** Whether something in a value is more than JSON.parse would make of it. */
export function holdsLiteral(value: unknown): boolean {
  if (value === null || typeof value !== 'object') return false;
  if (value instanceof Literal) return true;
  // Most members are texts and numbers, and this walks through every result: no list of them is made
  const record = value as Readonly<Record<string, unknown>>;
  for (const key in record) {
    const member = record[key];
    if (typeof member === 'object' && member !== null && holdsLiteral(member)) return true;
  }
  return false;
}
