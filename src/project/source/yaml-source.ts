import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
  visit,
} from 'yaml';
import { CONFLICT, parseJsonText, UNMERGED } from '../../core/text/json-text.js';
import { valuesBut } from '../../core/text/json-value.js';
import type { Problem, SourcePlace } from '../../model/problem.js';
import { offsetIn, placesWritten } from './written-at.js';
import { keepTexts } from './yaml-literals.js';

export type Path = readonly PropertyKey[];

/** Where the parts of a file's data stand in its text. */
export interface Source {
  readonly file: string;
  /** The place of the value at a path, or of its key; of the nearest part that exists when there is none. */
  at(path: Path, part?: 'key' | 'value'): SourcePlace;
  /** The place of a line and column (from 1) within the text value at a path. */
  within(path: Path, line: number, column: number): SourcePlace;
}

/** A source whose parts all stand at one place: a row of a file, or what stands in no file. */
export function sourceAt(place: SourcePlace): Source {
  return { file: place.file, at: () => place, within: () => place };
}

/** A source that is a text, in which every character has its place. */
export interface TextSource extends Source {
  /** Where in the file, in characters from its start, the character at an offset of the text value at a path is written. */
  written(path: Path, offset: number): number;
  /** The place of a character of the file. */
  place(offset: number): SourcePlace;
  /** The whole of it. */
  readonly text: string;
}

export interface ParsedYaml {
  readonly source: TextSource;
  /** Undefined when the text does not parse. */
  readonly data: unknown;
  readonly problems: readonly Problem[];
}

/** Where values are more than settings. */
export interface KeptTexts {
  readonly asWritten?: readonly Path[];
  readonly exactly?: readonly Path[];
}

/** More aliases of one value than any configuration needs, and fewer than an alias bomb does. */
const MAX_ALIASES = 100;

/** More in one file, whatever they name: each takes time with the length of the file. */
const MOST_ALIASES = 500;

const TOO_MANY_ALIASES = 'too many aliases; write the values out';

/** Deeper than any configuration, and far from what exhausts the stack of whoever walks it. */
const MAX_DEPTH = 100;

/**
 * Parses one YAML 1.2 document strictly: duplicate keys, unknown tags, further documents and alias bombs are problems
 * with their positions. JSON is YAML, so this reads it too.
 *
 * Below the paths of `asWritten` (`*` is any step) a scalar that is more than its value is a Literal: what people send and
 * compare is what they wrote. Elsewhere it is its value, since that is what a setting is; below those of `exactly`, where
 * it is sent as a number of JSON, only numbers that no double holds are Literals.
 */
export function parseYaml(file: string, text: string, { asWritten = [], exactly = [] }: KeptTexts = {}): ParsedYaml {
  const lines = new LineCounter();
  // The parser compares each key with all before it
  const options = { lineCounter: lines, prettyErrors: false, uniqueKeys: false, version: '1.2', merge: true } as const;
  const document = withoutStacks(() => parseDocument(text, options));
  const place = (offset: number): SourcePlace => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const problem = (offset: number, message: string): Problem => ({ ...place(offset), message });

  const writtenPlaces = new Map<Scalar, (offset: number) => number>();
  const source: TextSource = {
    file,
    at: (path, part = 'value') => place(offsetOf(document.contents, path, part)),
    within: (path, line, column) => {
      const node = document.getIn(path, true);
      const value = isScalar(node) && typeof node.value === 'string' ? node.value : '';
      return place(source.written(path, offsetIn(value, line, column)));
    },
    written: (path, offset) => {
      const node = document.getIn(path, true);
      if (!isScalar(node) || !node.range || typeof node.value !== 'string')
        return offsetOf(document.contents, path, 'value');
      const places =
        writtenPlaces.get(node) ?? placesWritten(text.slice(node.range[0], node.range[1]), node.type, node.value);
      writtenPlaces.set(node, places);
      return node.range[0] + places(offset);
    },
    place,
    text,
  };

  const problems = findFaults(document, text, /\.json$/i.test(file)).map(({ offset, message }) =>
    problem(offset, message),
  );
  if (problems.length > 0) return { source, data: undefined, problems };
  try {
    keepTexts(document);
    const data: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    return { source, data: valuesBut(asWritten, data, exactly), problems: [] };
  } catch (error) {
    // What is left to go wrong is an alias bomb: aliases of aliases of aliases
    if (!(error instanceof ReferenceError)) throw error;
    return {
      source,
      data: undefined,
      problems: [problem(aliasesOf(document)[0]?.range?.[0] ?? 0, TOO_MANY_ALIASES)],
    };
  }
}

/** A broken file may have a hundred thousand faults, each an Error, and nobody reads where in the parser it was made. */
function withoutStacks<T>(parse: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return parse();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

interface Fault {
  readonly offset: number;
  readonly message: string;
}

/** What makes a document unusable, before its values are looked at. */
function findFaults(document: Document, text: string, isJson: boolean): readonly Fault[] {
  const merge = CONFLICT.exec(text);
  if (merge) return [{ offset: merge.index, message: UNMERGED }];
  const faults = [...document.errors, ...document.warnings, ...duplicateKeys(document)];
  // One broken line makes the parser stumble over what follows; duplicate keys and tags are each a fault of their own
  const isStumble = ({ code }: { code: string }) => code !== 'DUPLICATE_KEY' && code !== 'TAG_RESOLVE_FAILED';
  const stumble = faults.find(isStumble);
  // Of a file that is called JSON, YAML's words help nobody
  const { fault } = isJson && stumble ? parseJsonText(text) : { fault: null };
  if (fault) return [{ offset: fault.offset, message: `not JSON: ${fault.message}${adviceOn(fault.offset, text)}` }];
  const shown = faults.filter((fault) => !isStumble(fault) || fault === stumble);
  return shown.length > 0 ? shown.map((fault) => explain(fault, document, text)) : findOddParts(document);
}

/** Rows one below the other are JSON lines. */
function adviceOn(offset: number, text: string): string {
  return /^\s*\{[^\n]*\}\s*$/.test(text.slice(0, offset)) && text[offset] === '{'
    ? '; a file of JSON lines is called .jsonl'
    : '';
}

function explain(
  { code, message, pos }: { code: string; message: string; pos: readonly number[] },
  document: Document,
  text: string,
): Fault {
  const offset = pos[0] ?? 0;
  const line = message.split('\n')[0] ?? message;
  switch (code) {
    case 'DUPLICATE_KEY': {
      const key = /"[^"\n]*|'[^'\n]*|[^:,\n]*/y;
      key.lastIndex = offset;
      const name = key.exec(text)?.[0].replace(/^["']/, '').trim();
      return { offset, message: `duplicate key ${name ?? ''}`.trim() };
    }
    case 'MULTIPLE_DOCS':
      return { offset, message: 'a second document starts here; a file holds one' };
    case 'TAB_AS_INDENT':
      return { offset, message: 'YAML: a tab is not allowed as indentation; use spaces' };
    case 'BLOCK_AS_IMPLICIT_KEY':
      return { offset, message: 'YAML: a mapping within a line; a text with a colon and a space in it needs quotes' };
    case 'BAD_SCALAR_START':
      return { offset, message: `YAML: ${line}; put the text in quotes` };
    case 'TAG_RESOLVE_FAILED':
      return { offset, message: `unknown YAML tag ${line.replace(/^Unresolved tag: /, '')}` };
    case 'MISSING_CHAR':
      // The parser notices at the end of the file; the reader looks for where it starts
      return /closing .quote/.test(line)
        ? { offset: lastQuote(document) ?? offset, message: 'YAML: this quote is never closed' }
        : { offset, message: `YAML: ${line}` };
    default:
      // A document that is nested too deeply exhausts the parser's stack at a place that means nothing
      return /call stack/.test(line)
        ? { offset: 0, message: `YAML: nested more than ${MAX_DEPTH} deep` }
        : { offset, message: `YAML: ${line}` };
  }
}

/** The keys that stand in their mapping before, in whatever form: `1` and "1" are one. */
function duplicateKeys(document: Document): readonly { code: 'DUPLICATE_KEY'; message: string; pos: [number] }[] {
  const offsets: number[] = [];
  visit(document, {
    Map: (_, { items }, path) => {
      if (path.length > 2 * MAX_DEPTH) return visit.BREAK;
      const seen = new Set<string>();
      for (const { key } of items) {
        if (!isScalar(key) || key.value === null) continue;
        const name = String(key.value);
        if (seen.has(name)) offsets.push(key.range?.[0] ?? 0);
        seen.add(name);
      }
      return;
    },
  });
  return offsets.map((offset) => ({ code: 'DUPLICATE_KEY', message: 'duplicate key', pos: [offset] }));
}

/** What the parser accepts, but would turn into something that the user did not write, or that nobody can walk. */
function findOddParts(document: Document): readonly Fault[] {
  const tooMuch = aliasesOf(document)[MOST_ALIASES];
  if (tooMuch) return [{ offset: tooMuch.range?.[0] ?? 0, message: TOO_MANY_ALIASES }];
  const faults: Fault[] = [];
  visit(document, {
    Node: (_, node, path) => {
      if (path.length <= 2 * MAX_DEPTH) return;
      faults.push({ offset: node.range?.[0] ?? 0, message: `YAML: nested more than ${MAX_DEPTH} deep` });
      return visit.BREAK;
    },
    Pair: (_, { key, value }, path) => {
      if (isMergeKey(key) && !mergesMaps(value, document)) {
        const offset = (key as Node).range?.[0] ?? offsetOfLast(path);
        faults.push({ offset, message: '<< takes a mapping, an alias of one, or a list of these' });
        return;
      }
      if (isScalar(key) && key.value !== null && key.value !== '__proto__') return;
      const offset = (key as Node | null)?.range?.[0] ?? (value as Node | null)?.range?.[0] ?? offsetOfLast(path);
      if (isScalar(key) && key.value === '__proto__')
        faults.push({ offset, message: 'the key __proto__ is not allowed' });
      else if (key === null || isScalar(key)) faults.push({ offset, message: 'a key is missing before the colon' });
      else faults.push({ offset, message: 'a key must be text; a text that starts with {{ needs quotes' });
    },
    Alias: (_, alias, path) => {
      const named = alias.resolve(document);
      const offset = alias.range?.[0] ?? 0;
      if (!named) faults.push({ offset, message: `alias *${alias.source} names no &${alias.source} before it` });
      else if (path.includes(named))
        faults.push({ offset, message: `alias *${alias.source} stands within what it names` });
    },
  });
  return faults;
}

function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.type === 'PLAIN' && key.source === '<<';
}

function mergesMaps(value: unknown, document: Document): boolean {
  const named = isAlias(value) ? value.resolve(document) : value;
  return isMap(named) || (isSeq(named) && named.items.every((item) => !isSeq(item) && mergesMaps(item, document)));
}

function offsetOfLast(path: readonly unknown[]): number {
  return (path.at(-1) as Node | undefined)?.range?.[0] ?? 0;
}

function lastQuote(document: Document): number | null {
  let offset: number | null = null;
  visit(document, {
    Scalar: (_, { type, range }) => {
      if (type?.startsWith('QUOTE_') && range) offset = Math.max(offset ?? 0, range[0]);
    },
  });
  return offset;
}

function aliasesOf(document: Document): readonly Alias[] {
  const aliases: Alias[] = [];
  visit(document, {
    Alias: (_, alias) => {
      aliases.push(alias);
    },
  });
  return aliases;
}

function offsetOf(root: Node | null, path: Path, part: 'key' | 'value'): number {
  let node: Node | null = root;
  let offset = root?.range?.[0] ?? 0;
  for (const [depth, step] of path.entries()) {
    const last = depth === path.length - 1;
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => String(isScalar(key) ? key.value : key) === String(step));
      if (!pair) return offset;
      const key = pair.key as Node | null;
      const value = pair.value as Node | null;
      offset = (last && part === 'value' ? value?.range?.[0] : key?.range?.[0]) ?? key?.range?.[0] ?? offset;
      node = value;
    } else if (node && 'items' in node && typeof step === 'number') {
      node = ((node.items as unknown[])[step] as Node | undefined) ?? null;
      offset = node?.range?.[0] ?? offset;
    } else {
      return offset;
    }
    if (isAlias(node)) return node.range?.[0] ?? offset;
  }
  return offset;
}
