import { isAlias, isMap, isScalar, LineCounter, type Node, parseDocument, visit } from 'yaml';
import type { Problem } from '../model/problem.js';

export interface Position {
  readonly line: number;
  readonly column: number;
}

export type Path = readonly PropertyKey[];

/** Where the parts of a file's data stand in its text. */
export interface Source {
  readonly file: string;
  /** The position of the value at a path, or of its key; of the nearest part that exists when there is none. */
  at(path: Path, part?: 'key' | 'value'): Position;
  /** The position of a line and column (from 1) within the text value at a path, as exactly as its style allows. */
  within(path: Path, line: number, column: number): Position;
}

export interface ParsedYaml {
  readonly source: Source;
  /** Undefined when the text does not parse. */
  readonly data: unknown;
  readonly problems: readonly Problem[];
}

/** More aliases than any configuration needs, and fewer than an alias bomb does. */
const MAX_ALIASES = 100;

/**
 * Parses one YAML 1.2 document strictly: duplicate keys, unknown tags, further documents and alias bombs are problems
 * with their positions. JSON is YAML, so this reads it too.
 */
export function parseYaml(file: string, text: string): ParsedYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true, version: '1.2' });
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const problem = (offset: number, message: string): Problem => ({ file, ...position(offset), message });

  const source: Source = {
    file,
    at: (path, part = 'value') => position(offsetOf(document.contents, path, part)),
    within: (path, line, column) => {
      const start = position(offsetOf(document.contents, path, 'value'));
      const node = document.getIn(path, true);
      if (!isScalar(node) || !node.range) return start;
      const written = text.slice(node.range[0], node.range[1]);
      if (node.type === 'BLOCK_LITERAL') {
        const indent = /\n( *)[^\s]/.exec(written)?.[1]?.length ?? 0;
        return { line: start.line + line, column: indent + column };
      }
      const verbatim = !written.includes('\n') && !/\\|''/.test(written);
      const quote = node.type === 'PLAIN' ? 0 : 1;
      return verbatim && line === 1 ? { line: start.line, column: start.column + quote + column - 1 } : start;
    },
  };

  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    const problems = faults.map((fault) =>
      problem(fault.pos[0], explain(fault.code, fault.message, text, fault.pos[0])),
    );
    return { source, data: undefined, problems };
  }
  try {
    return { source, data: document.toJS({ maxAliasCount: MAX_ALIASES }) as unknown, problems: [] };
  } catch (error) {
    let alias = 0;
    visit(document, {
      Alias: (_, node) => {
        alias = node.range?.[0] ?? 0;
        return visit.BREAK;
      },
    });
    const why =
      error instanceof ReferenceError && /alias count/.test(error.message)
        ? 'too many aliases; write the values out'
        : String(error);
    return { source, data: undefined, problems: [problem(alias, why)] };
  }
}

function explain(code: string, message: string, text: string, offset: number): string {
  if (code === 'DUPLICATE_KEY') {
    const key = /^["']?([^"':\n]*)/.exec(text.slice(offset))?.[1]?.trim();
    return `duplicate key ${key ?? ''}`.trim();
  }
  if (code === 'MULTIPLE_DOCS') return 'a second document starts here; a file holds one';
  return `YAML: ${message.split('\n')[0] ?? message}`;
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
