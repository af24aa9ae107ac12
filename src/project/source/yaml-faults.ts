import { type Alias, type Document, isAlias, isMap, isScalar, isSeq, type Node, visit } from 'yaml';
import { CONFLICT, parseJsonText, UNMERGED } from '../../core/text/json-text.js';

/** More in one file, whatever they name: each takes time with the length of the file. */
const MOST_ALIASES = 500;

export const TOO_MANY_ALIASES = 'too many aliases; write the values out';

/** Deeper than any configuration, and far from what exhausts the stack of whoever walks it. */
const MAX_DEPTH = 100;

/** What is wrong, and where: in characters from the start of the file. */
interface Fault {
  readonly offset: number;
  readonly message: string;
}

/** What makes a document unusable, before its values are looked at. */
export function findFaults(document: Document, text: string, isJson: boolean): readonly Fault[] {
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

/** All aliases of a document, in its order. */
export function aliasesOf(document: Document): readonly Alias[] {
  const aliases: Alias[] = [];
  visit(document, {
    Alias: (_, alias) => {
      aliases.push(alias);
    },
  });
  return aliases;
}
