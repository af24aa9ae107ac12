import { posix } from 'node:path';
import { digest } from '../core/text/canonical.js';
import { isRecord } from '../model/json.js';
import { type RootPath, readTextIfThere, resolveInside } from '../project/source/files.js';
import { PathError } from '../store/files/read-file.js';

/** Files that are followed from one entry: what imports more than these is told by what it imports first. */
const MOST_FILES = 200;
const ENDINGS = ['', '.js', '.mjs', '.cjs', '.ts', '.mts', '.py', '/index.js', '/index.ts'];

type Entry = Readonly<Record<string, unknown>>;

/**
 * A metric or a provider as its file has it, with one digest of the files of the project that it runs or reads: its module, the
 * program of its command, a schema, and what those import by relative paths. The files are added to `into`. What packages do is for the lock file to say.
 */
export async function withCode(root: string, from: RootPath, entry: Entry, into: Set<RootPath>): Promise<Entry> {
  const found = new Map<RootPath, string>();
  const todo = [...namedIn(entry)].flatMap((name) => insideOrNone(root, from, name));
  // A program runs in the root of the project
  if (Array.isArray(entry['command']))
    todo.push(...entry['command'].filter(isText).flatMap((name) => insideOrNone(root, 'llmci.yaml', name)));
  for (let path = todo.shift(); path !== undefined && found.size < MOST_FILES; path = todo.shift()) {
    if (found.has(path)) continue;
    const text = await textOrNull(root, path);
    if (text === null) continue;
    found.set(path, text);
    for (const name of importedIn(path, text))
      todo.push(...ENDINGS.flatMap((end) => insideOrNone(root, path, name + end)));
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

/** What code names of its neighbours by relative paths, static or not, `require` too, and in Python `from x import y`. */
function* importedIn(path: RootPath, text: string): Generator<string> {
  if (path.endsWith('.py')) {
    for (const [, name = ''] of text.matchAll(/^[ \t]*(?:from|import)[ \t]+\.*([\w.]+)/gm))
      yield `./${name.replaceAll('.', '/')}`;
    return;
  }
  for (const [, name = ''] of text.matchAll(/(?:from|import|require)\s*\(?\s*['"](\.{1,2}\/[^'"\n]+)['"]/g)) {
    yield name;
    yield name.replace(/\.([cm]?)js$/, '.$1ts');
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length < 500;
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

async function textOrNull(root: string, path: RootPath): Promise<string | null> {
  try {
    return await readTextIfThere(root, path);
  } catch (error) {
    if (!(error instanceof PathError)) throw error;
    return null;
  }
}
