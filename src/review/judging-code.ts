import { hash } from 'node:crypto';
import { posix } from 'node:path';
import { digest } from '../core/text/canonical.js';
import { isRecord } from '../model/json.js';
import { type RootPath, readBytes, resolveInside } from '../project/source/files.js';
import { PathError } from '../store/files/read-file.js';

/** Files that are followed from one entry: what imports more than these is told by what it imports first. */
const MOST_FILES = 200;
/** Of a script as much is searched for names of others; all of it counts. */
const MOST_TEXT = 100_000;
const ENDINGS = [
  ...['', '.js', '.mjs', '.cjs', '.json', '.ts', '.mts', '.cts', '.py'],
  ...['/index.js', '/index.json', '/index.ts', '/__init__.py', '/__main__.py'],
];
const JAVASCRIPT = /\.[cm]?[jt]sx?$/;
/** What is read and does not start or import anything. */
const DATA = /\.(?:json|jsonl|ya?ml|csv|tsv|md|txt)$/;

type Entry = Readonly<Record<string, unknown>>;

/**
 * A metric or a provider as its file has it, with one digest of the files of the project that it runs or reads: its module, the
 * program of its command, a schema, and what those start or import by names that stand in them. The files are added to `into`. What packages do is for the lock file to say.
 */
export async function withCode(root: string, from: RootPath, entry: Entry, into: Set<RootPath>): Promise<Entry> {
  const found = new Map<RootPath, string>();
  const todo = [...namedIn(entry)].flatMap((name) => insideOrNone(root, from, name));
  // A program runs in the root of the project
  if (Array.isArray(entry['command']))
    for (const word of entry['command'].filter(isText)) todo.push(...mayBe(root, 'llmci.yaml', startedIn(word)));
  const seen = new Set<RootPath>();
  for (let path = todo.shift(); path !== undefined && found.size < MOST_FILES; path = todo.shift()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const bytes = await bytesOrNull(root, path);
    if (bytes === null) continue;
    found.set(path, hash('sha256', bytes.toString('latin1').replaceAll('\r\n', '\n'), 'hex'));
    const text = bytes.subarray(0, MOST_TEXT).toString();
    todo.push(...mayBe(root, path, followed(path, text)));
    // A script is started in the root, and names others from there or from where it stands
    if (isScript(path)) todo.push(...mayBe(root, 'llmci.yaml', followed(path, text)));
  }
  for (const path of found.keys()) into.add(path);
  return found.size === 0 ? entry : { ...entry, code: digest([...found].sort(([a], [b]) => (a < b ? -1 : 1))) };
}

/** Every text of an entry that can only be a path. */
function* namedIn(value: unknown): Generator<string> {
  if (isText(value) && /^\.{1,2}\//.test(value)) yield value;
  else if (Array.isArray(value)) for (const each of value) yield* namedIn(each);
  else if (isRecord(value)) for (const each of Object.values(value)) yield* namedIn(each);
}

/** What a file names of others that it starts or imports. */
function followed(path: RootPath, text: string): Iterable<string> {
  if (path.endsWith('.py')) return importedByPython(text);
  if (JAVASCRIPT.test(path)) return importedByJavascript(text);
  return isScript(path) ? startedIn(text) : [];
}

function isScript(path: RootPath): boolean {
  return !path.endsWith('.py') && !JAVASCRIPT.test(path) && !DATA.test(path);
}

/** By relative paths, static or not, `require` too. */
function* importedByJavascript(text: string): Generator<string> {
  for (const [, name = ''] of text.matchAll(/(?:from|import|require)\s*\(?\s*['"](\.{1,2}\/[^'"\n]+)['"]/g)) {
    yield name;
    yield name.replace(/\.([cm]?)js$/, '.$1ts');
  }
}

/** `import a.b`, and `from ..a import b`, where b may be a module too. */
function* importedByPython(text: string): Generator<string> {
  for (const [, names = ''] of text.matchAll(/^[ \t]*import[ \t]+([^\n#]+)/gm))
    for (const name of namesIn(names)) yield* packagesOf(`./${name.replaceAll('.', '/')}`);
  const froms = /^[ \t]*from[ \t]+(\.*)([\w.]*)[ \t]+import[ \t]*(?:\(([^)]*)\)|([^\n#]*))/gm;
  for (const [, dots = '', from = '', many, few] of text.matchAll(froms)) {
    const base = `${dots.length > 1 ? '../'.repeat(dots.length - 1) : './'}${from.replaceAll('.', '/')}`;
    yield* packagesOf(base);
    for (const name of namesIn(many ?? few ?? '')) yield posix.join(base, name);
  }
}

function* namesIn(list: string): Generator<string> {
  for (const item of list.split(',')) {
    const [name] = /[\w.]+/.exec(item.replace(/#.*/, '')) ?? [];
    if (name !== undefined) yield name;
  }
}

/** A path and the folders that it is in: a package is run before its modules. */
function* packagesOf(path: string): Generator<string> {
  for (let part = path; /\w/.test(part); part = posix.dirname(part)) yield part;
}

/** Words of a command or of a script, any of which may be a path, or a module of Python. */
function* startedIn(text: string): Generator<string> {
  for (const [word] of text.matchAll(/[\w@.][\w@./-]*/g)) {
    yield word;
    if (/^\w+(?:\.\w+)+$/.test(word)) yield word.replaceAll('.', '/');
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length < 500;
}

/** The files that names in a file may mean. */
function mayBe(root: string, from: RootPath, names: Iterable<string>): readonly RootPath[] {
  return [...new Set(names)].flatMap((name) => ENDINGS.flatMap((end) => insideOrNone(root, from, name + end)));
}

function insideOrNone(root: string, from: RootPath, written: string): readonly RootPath[] {
  if (written === '' || posix.isAbsolute(written)) return [];
  try {
    return [resolveInside(root, from, written)];
  } catch (error) {
    if (!(error instanceof PathError)) throw error;
    return [];
  }
}

async function bytesOrNull(root: string, path: RootPath): Promise<Buffer | null> {
  try {
    return await readBytes(root, path);
  } catch (error) {
    if (!(error instanceof PathError)) throw error;
    return null;
  }
}
