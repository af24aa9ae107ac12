import { isAlias, isMap, isScalar, LineCounter, type Node, parseDocument, type Scalar } from 'yaml';
import { valuesBut } from '../../core/text/json-value.js';
import type { Problem, SourcePlace } from '../../model/problem.js';
import { offsetIn, placesWritten } from './written-at.js';
import { aliasesOf, findFaults, TOO_MANY_ALIASES } from './yaml-faults.js';
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
