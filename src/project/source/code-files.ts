import { hash } from 'node:crypto';
import { posix } from 'node:path';
import { PathError, readOrNull } from '../../store/files/read-file.js';
import { type RootPath, readBytes, resolveInside } from './files.js';

/** Files that are followed unless more are asked for: what imports more than these is told by what it imports first. */
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

/**
 * The given files of the project that are there, and those that they import or start by names that stand in them, each with
 * the SHA-256 of its bytes, line ends alike on every machine. What packages do is for the lock file to say.
 */
export async function followCode(
  root: string,
  from: readonly RootPath[],
  most = MOST_FILES,
): Promise<ReadonlyMap<RootPath, string>> {
  const found = new Map<RootPath, string>();
  const todo = [...from];
  const seen = new Set<RootPath>();
  for (let path = todo.shift(); path !== undefined && found.size < most; path = todo.shift()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const bytes = await readOrNull(readBytes(root, path));
    if (bytes === null) continue;
    found.set(path, hash('sha256', bytes.toString('latin1').replaceAll('\r\n', '\n'), 'hex'));
    const text = bytes.subarray(0, MOST_TEXT).toString();
    const names = [...followed(path, text)];
    for (const from of placesOf(path)) todo.push(...filesMeant(root, from, names).filter((file) => !seen.has(file)));
  }
  return found;
}

/** From where a file may name others. */
function placesOf(path: RootPath): readonly RootPath[] {
  // A script is started in the root, and names others from there or from where it stands
  if (isScript(path)) return [path, 'llmci.yaml'];
  // Python looks for packages in whatever folders it is told to, mostly one above
  return path.endsWith('.py') ? [...foldersOf(path)].map((folder) => posix.join(folder, 'x.py')) : [path];
}

function* foldersOf(path: RootPath): Generator<string> {
  for (let folder = posix.dirname(path); ; folder = posix.dirname(folder)) {
    yield folder;
    if (folder === '.') return;
  }
}

/** What a file names of others that it starts or imports. */
function followed(path: RootPath, text: string): Iterable<string> {
  if (path.endsWith('.py')) return importedByPython(text);
  if (JAVASCRIPT.test(path)) return importedByJavascript(text);
  return isScript(path) && !text.includes('\0') ? startedIn(text) : [];
}

function isScript(path: RootPath): boolean {
  return !path.endsWith('.py') && !JAVASCRIPT.test(path) && !DATA.test(path);
}

/** Whatever is written as a relative path: what is imported, required, or read beside the file. */
function* importedByJavascript(text: string): Generator<string> {
  for (const [, name = ''] of text.matchAll(/['"`](\.{1,2}\/[^'"`$\n]+)['"`]/g)) {
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
export function* startedIn(text: string): Generator<string> {
  for (const [word] of text.matchAll(/[\w@.][\w@./-]*/g)) {
    yield word;
    if (/^\w+(?:\.\w+)+$/.test(word)) yield word.replaceAll('.', '/');
  }
}

/** The files that names in a file may mean: there or not. */
export function filesMeant(root: string, from: RootPath, names: Iterable<string>): readonly RootPath[] {
  const endings = new Set([...ENDINGS, posix.extname(from)]);
  return [...new Set(names)].flatMap((name) => [...endings].flatMap((end) => insideOrNone(root, from, name + end)));
}

/** The path that a file writes, from the root; none for one that leads out of the project. */
export function insideOrNone(root: string, from: RootPath, written: string): readonly RootPath[] {
  if (written === '' || posix.isAbsolute(written)) return [];
  try {
    return [resolveInside(root, from, written)];
  } catch (error) {
    if (!(error instanceof PathError)) throw error;
    return [];
  }
}
