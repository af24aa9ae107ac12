import { isAlias, isMap, isPair, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from 'yaml';
import type { Json } from '../model/json.js';
import { atTop, type SourcePlace } from '../model/problem.js';

/** A value of a YAML or JSON file that knows where it stands. */
export interface Located {
  readonly place: SourcePlace;
  /** As JavaScript has it. */
  readonly data: Json;
  /** The members of a mapping, by their keys; none of anything else. */
  readonly members: ReadonlyMap<string, Member>;
  /** The items of a list; none of anything else. */
  readonly items: readonly Located[];
}

export interface Member {
  /** Where its key stands. */
  readonly place: SourcePlace;
  readonly value: Located;
}

/** Why a file cannot be read, and where. */
export interface Unreadable {
  readonly why: string;
  readonly place: SourcePlace;
}

/** More than any configuration has; an alias bomb has many more. */
const MOST_NODES = 500_000;
/** Deeper than any configuration, and far from what exhausts the stack. */
const DEEPEST = 64;
const TOO_DEEP = `it is nested more than ${DEEPEST} deep`;
/** A larger file is data, and no configuration that anybody reads. */
const LONGEST = 20_000_000;

class TooMuch extends Error {}

/** Parses YAML or JSON as the tools it comes from do: leniently, with the place of everything. Never throws. */
export function parseLocated(file: string, text: string): Located | Unreadable {
  const start = atTop(file);
  if (text.length > LONGEST) return { why: 'it is larger than 20 MB', place: start };
  const lines = new LineCounter();
  const placeOf = (offset: number): SourcePlace => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  try {
    const document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      uniqueKeys: false,
      strict: false,
      merge: true,
      logLevel: 'silent',
    });
    const fault = document.errors[0];
    // The parser's own stack is exhausted at a place that means nothing
    if (/call stack/.test(fault?.message ?? '')) return { why: TOO_DEEP, place: start };
    if (fault) return { why: `it is no YAML: ${fault.message.split('\n')[0]}`, place: placeOf(fault.pos[0]) };
    return new Reader(placeOf, (alias) => alias.resolve(document)).read(document.contents, 0, start);
  } catch (error) {
    if (error instanceof TooMuch) return { why: error.message, place: start };
    return { why: TOO_DEEP, place: start };
  }
}

/** Whether something could not be read. */
export function isUnreadable(read: object): read is Unreadable {
  return 'why' in read;
}

type Resolve = (alias: Extract<Node, { source: string }>) => Node | undefined;

class Reader {
  readonly #placeOf: (offset: number) => SourcePlace;
  readonly #resolve: (alias: never) => Node | undefined;
  /** To resolve one takes a walk through the document. */
  readonly #resolved = new Map<unknown, Node | null>();
  #nodes = 0;

  constructor(placeOf: (offset: number) => SourcePlace, resolve: Resolve) {
    this.#placeOf = placeOf;
    this.#resolve = resolve as (alias: never) => Node | undefined;
  }

  read(node: unknown, depth: number, before: SourcePlace): Located {
    if (++this.#nodes > MOST_NODES) throw new TooMuch('it has too many parts, or aliases of aliases');
    if (depth > DEEPEST) throw new TooMuch(TOO_DEEP);
    const offset = (node as Node | null)?.range?.[0];
    const place = offset === undefined ? before : this.#placeOf(offset);
    if (isAlias(node)) {
      const target = this.#resolved.get(node) ?? this.#resolve(node as never) ?? null;
      this.#resolved.set(node, target);
      return this.read(target, depth + 1, place);
    }
    if (isSeq(node)) {
      const items = node.items.map((item) => this.read(item, depth + 1, place));
      return { place, data: items.map(({ data }) => data), members: new Map(), items };
    }
    if (isMap(node)) return this.#readMap(node.items, depth, place);
    if (isPair(node)) return this.#readMap([node], depth, place);
    return { place, data: isScalar(node) ? scalarOf(node.value) : null, members: new Map(), items: [] };
  }

  #readMap(pairs: readonly Pair[], depth: number, place: SourcePlace): Located {
    const members = new Map<string, Member>();
    for (const { key, value } of pairs) {
      const own = this.read(key, depth + 1, place);
      const name = typeof own.data === 'string' ? own.data : JSON.stringify(own.data);
      const read = this.read(value, depth + 1, own.place);
      if (isMergeKey(key)) {
        for (const part of read.items.length > 0 ? read.items : [read]) {
          for (const [inner, member] of part.members) if (!members.has(inner)) members.set(inner, member);
        }
      } else if (name !== '__proto__') members.set(name, { place: own.place, value: read });
    }
    const data = Object.fromEntries([...members].map(([name, member]) => [name, member.value.data]));
    return { place, data, members, items: [] };
  }
}

function isMergeKey(key: unknown): boolean {
  return isScalar(key) && (typeof key.value === 'symbol' || (key.value === '<<' && key.type === 'PLAIN'));
}

/** A scalar as JSON has it: what JSON has no word for is its text. */
function scalarOf(value: unknown): Json {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null || value === undefined)
    return value ?? null;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (value instanceof Date) return value.toISOString();
  return String(value);
}

/** The value at a key of a mapping; undefined when there is none. */
export function memberOf(value: Located | undefined, name: string): Located | undefined {
  return value?.members.get(name)?.value;
}

/** A text, or a number as its text; undefined for anything else. */
export function textOfLocated(value: Located | undefined): string | undefined {
  const data = value?.data;
  return typeof data === 'string' ? data : typeof data === 'number' ? String(data) : undefined;
}

/** A number, or the number that a text is; undefined for anything else. */
export function numberOf(value: Located | undefined): number | undefined {
  const data = value?.data;
  if (typeof data === 'number') return data;
  return typeof data === 'string' && /^\s*-?\d+(\.\d+)?\s*$/.test(data) ? Number(data) : undefined;
}

/** A value of no file of its own, at a place. */
export function located(data: Json, place: SourcePlace): Located {
  const items = Array.isArray(data) ? data.map((item) => located(item, place)) : [];
  const members = new Map<string, Member>();
  if (typeof data === 'object' && data !== null && !Array.isArray(data)) {
    for (const [name, value] of Object.entries(data))
      members.set(name, { place, value: located(value as Json, place) });
  }
  return { place, data, members, items };
}
