import { isRecord } from '../../model/json.js';
import type { SchemaEdit, SchemaEffect } from '../../model/prompt-change.js';
import { canonicalJson } from '../text/canonical.js';
import { compareDecimals } from '../text/decimal.js';
import { equalJson, jsonText } from '../text/json-value.js';

type Schema = Readonly<Record<string, unknown>>;

/** Whose schema: who sends what it describes differs, and so does who a change of it breaks. */
export type SchemaOf = 'input' | 'output' | `tool ${string}`;

/** What of a schema only speaks to the model and to people. */
const WORDS = [
  'title',
  'description',
  'examples',
  'example',
  'default',
  '$comment',
  'deprecated',
  'readOnly',
  'writeOnly',
];

/** Bounds, and whether a larger one accepts less. */
const BOUNDS: Readonly<Record<string, boolean>> = {
  ...{ minimum: true, exclusiveMinimum: true, minLength: true, minItems: true, minProperties: true, minContains: true },
  ...{ maximum: false, exclusiveMaximum: false, maxLength: false, maxItems: false, maxProperties: false },
};

/** Keywords that hold schemas by name. */
const NAMED = ['$defs', 'definitions', 'patternProperties', 'dependentSchemas'];

/**
 * What is different between two JSON Schemas: for each place what was added, removed, narrowed (accepts less), widened
 * (accepts more), or altered in a way that is neither for certain. Null stands for no schema.
 */
export function changeSchema(of: SchemaOf, before: Schema | null, now: Schema | null): readonly SchemaEdit[] {
  if (before === null && now === null) return [];
  if (before === null) return [edit(of, '', 'narrowed', `the ${of} has a schema now`)];
  if (now === null) return [edit(of, '', 'widened', `the ${of} has no schema any more`)];
  return compare(of, '', before, now);
}

function edit(of: SchemaOf, at: string, effect: SchemaEffect, text: string): SchemaEdit {
  return { what: 'schema', of, at, effect, text, breaks: whoBreaks(of, at, effect) };
}

/** Callers send the input and read the output; a tool is called by the model, and read by the code that runs it. */
function whoBreaks(of: SchemaOf, at: string, effect: SchemaEffect): string | null {
  const what = at === '' ? 'it' : `\`${at}\``;
  if (effect === 'described') return null;
  if (of === 'input') {
    if (effect === 'narrowed') return `callers that send ${what} as before may be refused`;
    if (effect === 'removed') return `callers that still send ${what} may be refused`;
    return effect === 'altered' ? `callers that send ${what} as before may be refused` : null;
  }
  const reader = of === 'output' ? 'callers that read' : `code behind the ${of} that reads`;
  if (effect === 'removed') return `${reader} ${what} find nothing there`;
  if (effect === 'widened') return `${reader} ${what} may meet what was not possible before`;
  return effect === 'altered' ? `${reader} ${what} may meet what was not possible before` : null;
}

function compare(of: SchemaOf, at: string, before: unknown, now: unknown): readonly SchemaEdit[] {
  if (equalJson(before, now)) return [];
  if (!isRecord(before) || !isRecord(now)) return [edit(of, at, effectOfBoolean(before, now), `accepts ${said(now)}`)];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  return keys
    .filter((key) => !equalJson(before[key], now[key]))
    .flatMap((key) => compareKeyword(of, at, key, before, now));
}

/** `true` accepts everything, `false` nothing. */
function effectOfBoolean(before: unknown, now: unknown): SchemaEffect {
  if (before === false || now === true) return 'widened';
  return now === false || before === true ? 'narrowed' : 'altered';
}

function compareKeyword(of: SchemaOf, at: string, key: string, before: Schema, now: Schema): readonly SchemaEdit[] {
  const [was, is] = [before[key], now[key]];
  const one = (effect: SchemaEffect, text: string) => [edit(of, at, effect, text)];
  const fromTo = `${key} ${said(was)} → ${said(is)}`;
  if (WORDS.includes(key) || key.startsWith('x-')) return one('described', `${key} is worded otherwise`);
  const largerIsLess = BOUNDS[key];
  if (largerIsLess !== undefined) return one(effectOfBound(was, is, largerIsLess), fromTo);
  switch (key) {
    case 'properties':
      return compareProperties(of, at, before, now);
    case 'required':
      return compareRequired(of, at, namesIn(was), namesIn(is), now);
    case 'type':
      return one(effectOfSets(typesOf(was), typesOf(is)), fromTo);
    case 'enum':
      return one(effectOfSets(setOf(was), setOf(is)), changeOfSet(key, was, is));
    case 'const':
      return one(is === undefined ? 'widened' : was === undefined ? 'narrowed' : 'altered', fromTo);
    case 'anyOf':
      return one(effectOfSets(setOf(was), setOf(is)), 'anyOf has other branches');
    case 'allOf':
      return one(effectOfSets(setOf(is), setOf(was)), 'allOf has other parts');
    case 'additionalProperties':
    case 'unevaluatedProperties':
    case 'propertyNames':
      return compareInner(of, at, key, was, is);
    case 'items':
      return compareInner(of, `${at}[]`, key, was, is);
    case 'uniqueItems':
      return one(is === true ? 'narrowed' : 'widened', fromTo);
    default:
      if (NAMED.includes(key)) return compareNamed(of, at, key, was, is);
      if (was === undefined && key !== '$ref') return one('narrowed', `${key} ${said(is)} is asked for`);
      return one(is === undefined && key !== '$ref' ? 'widened' : 'altered', fromTo);
  }
}

/** What stands for all values of a kind: without it, anything goes. */
function compareInner(of: SchemaOf, at: string, key: string, was: unknown = true, is: unknown = true) {
  if (isRecord(was) && isRecord(is)) return compare(of, at, was, is);
  return [edit(of, at, effectOfBoolean(was, is), `${key} ${said(was)} → ${said(is)}`)];
}

function compareNamed(of: SchemaOf, at: string, key: string, was: unknown, is: unknown): readonly SchemaEdit[] {
  const [before, now] = [isRecord(was) ? was : {}, isRecord(is) ? is : {}];
  return [...new Set([...Object.keys(before), ...Object.keys(now)])].flatMap((name) => {
    const [a, b] = [before[name], now[name]];
    if (a !== undefined && b !== undefined) return compare(of, `${at}${at && '.'}${key}.${name}`, a, b);
    return [edit(of, `${at}${at && '.'}${key}.${name}`, 'altered', a === undefined ? 'is new' : 'is gone')];
  });
}

function compareProperties(of: SchemaOf, at: string, before: Schema, now: Schema): readonly SchemaEdit[] {
  const [was, is] = [before['properties'], now['properties']].map((each) => (isRecord(each) ? each : {}));
  return [...new Set([...Object.keys(was ?? {}), ...Object.keys(is ?? {})])].flatMap((name) => {
    const path = at === '' ? name : `${at}.${name}`;
    const [a, b] = [was?.[name], is?.[name]];
    if (a !== undefined && b !== undefined) return compare(of, path, a, b);
    if (a !== undefined) return [edit(of, path, 'removed', 'is gone')];
    return [edit(of, path, 'added', `is new: ${said(b)}`)];
  });
}

function compareRequired(
  of: SchemaOf,
  at: string,
  was: readonly string[],
  is: readonly string[],
  now: Schema,
): readonly SchemaEdit[] {
  const path = (name: string) => (at === '' ? name : `${at}.${name}`);
  const properties = now['properties'];
  const isThere = (name: string) => !isRecord(properties) || name in properties;
  return [
    ...is.filter((name) => !was.includes(name)).map((name) => edit(of, path(name), 'narrowed', 'is required now')),
    // A property that is gone is told where properties are
    ...was
      .filter((name) => !is.includes(name) && isThere(name))
      .map((name) => edit(of, path(name), 'widened', 'may be left out now')),
  ];
}

function effectOfBound(was: unknown, is: unknown, largerIsLess: boolean): SchemaEffect {
  if (was === undefined) return 'narrowed';
  if (is === undefined) return 'widened';
  const order = compareDecimals(canonicalJson(is), canonicalJson(was));
  if (order === null) return 'altered';
  return order > 0 === largerIsLess ? 'narrowed' : 'widened';
}

/** What a set of accepted values has become; null accepts all. */
function effectOfSets(was: ReadonlySet<string> | null, is: ReadonlySet<string> | null): SchemaEffect {
  const [gone, come] = [isWithin(was, is), isWithin(is, was)];
  if (gone && come) return 'described';
  if (gone) return 'widened';
  return come ? 'narrowed' : 'altered';
}

function isWithin(inner: ReadonlySet<string> | null, outer: ReadonlySet<string> | null): boolean {
  if (outer === null) return true;
  return inner !== null && [...inner].every((value) => outer.has(value));
}

function setOf(list: unknown): ReadonlySet<string> | null {
  return Array.isArray(list) ? new Set(list.map(canonicalJson)) : null;
}

function typesOf(type: unknown): ReadonlySet<string> | null {
  const types = typeof type === 'string' ? [type] : Array.isArray(type) ? type.map(String) : null;
  // Every integer is a number
  return types && new Set([...types, ...(types.includes('number') ? ['integer'] : [])]);
}

function changeOfSet(key: string, was: unknown, is: unknown): string {
  const [gone, come] = [valuesWithout(was, is), valuesWithout(is, was)];
  const parts = [gone.length > 0 ? `without ${gone.join(', ')}` : '', come.length > 0 ? `with ${come.join(', ')}` : ''];
  return [key, ...parts.filter(Boolean)].join(' ');
}

/** What one list has and the other has not. */
function valuesWithout(list: unknown, others: unknown): readonly string[] {
  const known = setOf(others);
  return Array.isArray(list) ? list.filter((value) => !known?.has(canonicalJson(value))).map(jsonText) : [];
}

function namesIn(list: unknown): readonly string[] {
  return Array.isArray(list) ? list.filter((name) => typeof name === 'string') : [];
}

/** A value of a schema in a few words. */
function said(value: unknown): string {
  if (value === undefined) return 'none';
  const text = jsonText(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
