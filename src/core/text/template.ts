import { createRequire } from 'node:module';
import type { Template } from 'liquidjs';
import type { Json } from '../../model/json.js';
import { jsonText, writtenText } from './json-value.js';
import { didYouMean } from './suggest.js';
import { PrintedWord, templateValues } from './template-values.js';

// It is CommonJS, which takes three times as long to import as to require: 60 ms against 20
const { Liquid } = createRequire(import.meta.url)('liquidjs') as typeof import('liquidjs');

/** A template that does not parse or render. `line` and `column` count from 1 within the template's text. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  readonly line: number;
  readonly column: number;
  /** The variable that no value was given for, when that is what is wrong. */
  readonly variable: string | null;

  constructor(message: string, position: readonly [line: number, column: number], variable: string | null) {
    super(message);
    [this.line, this.column] = position;
    this.variable = variable;
  }
}

/** Renders one template with variables, in `limitMs` at the most (two seconds unless given). Throws TemplateError. */
export type Render = (vars: Readonly<Record<string, unknown>>, limitMs?: number) => string;

/** For one text, in milliseconds. */
const LONGEST_MS = 2000;

const engine = new Liquid({
  // A date reads the same on every machine; asking the machine for its language would take a while besides
  locale: 'en-US',
  timezoneOffset: 0,
  strictVariables: true,
  strictFilters: true,
  ownPropertyOnly: true,
  // `{% if x %}` and `x | default: y` are how a template asks whether x is there
  lenientIf: true,
  // A prompt file from a fork must not hold up the machine that checks it
  parseLimit: 1e6,
  renderLimit: LONGEST_MS,
  memoryLimit: 1e7,
  outputEscape: printValue,
});

// These read files; a prompt is one file, and its digest covers all of it
for (const tag of ['include', 'render', 'layout', 'block']) delete engine.tags[tag];
// A request that is different every time can be neither recorded nor compared
delete engine.filters['sample'];
for (const name of ['date', 'date_to_xmlschema', 'date_to_rfc822', 'date_to_string', 'date_to_long_string']) {
  const formatDate = engine.filters[name];
  engine.registerFilter(name, function (this: unknown, value: unknown, ...rest: unknown[]) {
    const written = String(value);
    if (written === 'now' || written === 'today')
      throw new Error(`${name} of "${written}" differs in every run; pass the date as a variable`);
    const date = typeof value === 'string' ? inUtc(value) : value;
    return typeof formatDate === 'function' ? Reflect.apply(formatDate, this, [date, ...rest]) : value;
  });
}

/** A date that names no zone is one of UTC, as liquidjs would read it on a machine there; any other is as it was written. */
function inUtc(date: string): string {
  const namesZone = /\b(?:UTC?|GMT|[ECMP][SD]T)\b|\d\s?Z$|:\d\d(?:\.\d+)?\s?[-+]\d\d:?\d\d\b/i.test(date);
  if (namesZone || /^\s*\d+\s*$/.test(date)) return date;
  return [`${date}Z`, `${date} UTC`].find((each) => !Number.isNaN(Date.parse(each))) ?? date;
}

const writeIndented = engine.filters['json'];
engine.registerFilter('json', function (this: unknown, value: unknown, ...rest: unknown[]) {
  if (rest.length === 0 || typeof writeIndented !== 'function') return jsonText(value);
  return Reflect.apply(writeIndented, this, [value, ...rest]);
});

/** What a variable is in a text: as it was written, and a list or an object as JSON. */
function printValue(value: unknown): string {
  // Null is no text; `default` is how a template says what to send in its place
  if (value === null) throw new NullError();
  if (value === undefined) return '';
  return typeof value === 'object' && !(value instanceof PrintedWord) ? writtenText(value as Json) : String(value);
}

class NullError extends Error {}

/** Parses a Liquid template. Throws TemplateError when it does not parse. */
export function compileTemplate(text: string): Render {
  let parsed: Template[];
  try {
    parsed = engine.parse(text);
  } catch (error) {
    throw asTemplateError(error);
  }
  const parts = plainParts(text, parsed);
  return (vars, limitMs = LONGEST_MS) => {
    try {
      return (parts && join(parts, vars)) ?? engine.renderSync(parsed, templateValues(vars), { renderLimit: limitMs });
    } catch (error) {
      throw asTemplateError(error);
    }
  };
}

const PRINTS_VARIABLE = /\{\{[ \t]*([A-Za-z_]\w*)[ \t]*\}\}/;

/**
 * The texts of a template that only prints variables, and between them the names of these, in turn. Null for any other. Most
 * templates are such, and are made twice for every case: Liquid takes twenty times as long for them.
 */
function plainParts(text: string, parsed: Template[]): readonly string[] | null {
  const parts = text.split(PRINTS_VARIABLE);
  const names = new Set(parts.filter((_, place) => place % 2 === 1));
  const isText = parts.every((part, place) => place % 2 === 1 || !/\{(?:[{%]|$)/.test(part));
  // A name may mean something else to Liquid, such as `true`
  const read = new Set(isText ? engine.globalVariablesSync(parsed) : []);
  return isText && names.size === read.size && [...names].every((name) => read.has(name)) ? parts : null;
}

/** Null when a variable is no text, for Liquid knows how to print it, or what to say. */
function join(parts: readonly string[], vars: Readonly<Record<string, unknown>>): string | null {
  let text = '';
  for (const [place, part] of parts.entries()) {
    if (place % 2 === 0) {
      text += part;
      continue;
    }
    const value = Object.hasOwn(vars, part) ? vars[part] : undefined;
    if (typeof value !== 'string') return null;
    text += value;
  }
  return text;
}

/** The variables that a template reads from outside, by their first name. Throws TemplateError when it does not parse. */
export function variablesIn(text: string): readonly string[] {
  try {
    return engine.globalVariablesSync(engine.parse(text));
  } catch (error) {
    throw asTemplateError(error);
  }
}

const NESTED = 'the template is nested too deeply: write fewer tags, brackets or parentheses within one another';

function asTemplateError(error: unknown): TemplateError {
  const { message, token, originalError } = error as {
    message?: string;
    token?: { getPosition?: () => number[]; getText?: () => string };
    originalError?: { variableName?: string };
  };
  const [line = 1, column = 1] = token?.getPosition?.() ?? [];
  if (originalError instanceof NullError)
    return new TemplateError(explainNull(token?.getText?.() ?? ''), [line, column], null);
  // The parser's stack was exhausted at a place that means nothing
  if (/^Maximum call stack/.test(message ?? '')) return new TemplateError(NESTED, [1, 1], null);
  const text = explain((message ?? String(error)).replace(/, line:\d+, col:\d+$/, ''));
  return new TemplateError(text, [line, column], originalError?.variableName ?? null);
}

/** What a variable that is null should have been. */
function explainNull(written: string): string {
  const name = /^\{\{-?\s*(.*?)\s*-?\}\}$/s.exec(written)?.[1] ?? 'a variable';
  return `${name} is null, and would be sent as nothing: give it a value, or say what to send with {{ ${name} | default: "" }}`;
}

function explain(text: string): string {
  const filter = /^undefined filter: (\S+)$/.exec(text)?.[1];
  if (filter !== undefined) return `unknown filter ${filter}${didYouMean(filter, Object.keys(engine.filters))}`;
  if (text === 'template render limit exceeded') return 'the template takes too long: its loops have too many turns';
  const tag = /^tag "(.+)" not found$/.exec(text)?.[1];
  if (tag !== undefined) return `unknown tag ${tag}${didYouMean(tag, Object.keys(engine.tags))}`;
  return text;
}
