import { hash } from 'node:crypto';
import { type Stats, statSync } from 'node:fs';
import { extname, join, posix, resolve } from 'node:path';
import picomatch from 'picomatch';
import { digest } from '../../core/text/canonical.js';
import { count, formatBytes } from '../../core/text/format.js';
import { isBlank } from '../../model/blank.js';
import type { EnvironmentVariables } from '../../model/environment-variables.js';
import type { AppCode, AppSource } from '../../providers/contract/app-code.js';
import { pathFrom, placeInside } from '../../store/files/places.js';
import { isSystemError, PathError } from '../../store/files/read-file.js';
import { followCode } from '../source/code-files.js';
import { filesBelow, type RootPath, readBytes } from '../source/files.js';

/** What is too much to be the code of an app: most likely data, or a whole repository. */
const MOST_FILES = 5000;
const MOST_BYTES = 50e6;

/** Folders that hold no code of the app itself, and what is recorded of it. */
const FOREIGN = /(?:^|\/)(?:\.[^/]+|node_modules|__pycache__|venv|site-packages)(?:\/|$)|\.cassette\.jsonl$/;

/** Endings of one language, whose files import each other. */
const JAVASCRIPT = ['.js', '.mjs', '.cjs', '.jsx', '.ts', '.mts', '.cts', '.tsx'];
/** Languages whose imports `followCode` reads. */
const IMPORTING = [...JAVASCRIPT, '.py'];
/** Scripts that start other programs, in whatever language. */
const SHELLS = ['.sh', '.bash', '.zsh', '.fish', '.cmd', '.bat', '.ps1'];
/** Languages whose files name others by package, wherever in the project these are. */
const BY_PACKAGE = ['.go', '.rs', '.java', '.kt', '.scala', '.cs', '.fs', '.swift', '.ex', '.exs', '.clj'];
const LANGUAGES = [...JAVASCRIPT, ...SHELLS, ...BY_PACKAGE, '.py', '.rb', '.php', '.pl', '.lua', '.r', '.jl'];

/**
 * What is known of the code of an app: the files that its globs name, else those that its command names, those of the same
 * languages beside them, and what these import; and the version that a variable holds. Throws PathError for globs that name
 * nothing, for links that lead out of the project, and for more than can be code.
 */
export async function readAppCode(
  root: string,
  { code, command, version, allowUnversioned }: AppSource,
  env: EnvironmentVariables,
): Promise<AppCode> {
  const files = code ? await filesOfGlobs(root, code) : command ? await filesOfCommand(root, command) : [];
  const told = version === null ? '' : (env[version.slice('env:'.length)] ?? '');
  const named = isBlank(told) ? null : told;
  if (files.length === 0 && named === null) return { digest: null, allowUnversioned };
  return { digest: digest({ files: await digestFiles(root, files), version: named }), allowUnversioned };
}

async function filesOfGlobs(root: string, globs: readonly string[]): Promise<readonly RootPath[]> {
  const all = await pathsIn(root, '.');
  const found = new Set<RootPath>();
  for (const glob of globs) {
    if (glob.startsWith('/') || glob.split('/').includes('..'))
      throw new PathError(`${glob} leads out of the project; write globs from its root, like app/**/*.py`);
    const matches = picomatch(glob.replace(/^\.\//, ''));
    const named = filesOf(
      root,
      all.filter((path) => matches(path)),
    );
    if (named.length === 0) throw new PathError(`${glob} names no file of the project`);
    for (const path of named) found.add(path);
  }
  return [...found].sort();
}

async function filesOfCommand(root: string, command: readonly string[]): Promise<readonly RootPath[]> {
  const named = new Set(command.flatMap((word) => pathNamed(root, word)));
  const found = new Set<RootPath>();
  for (const path of named)
    for (const file of kindOf(root, path)?.isDirectory() ? await filesIn(root, path) : await filesAround(root, path))
      found.add(file);
  const endings = BY_PACKAGE.filter((ending) => [...found].some((path) => path.endsWith(ending)));
  if (endings.length > 0) for (const path of await filesIn(root, '.', endings)) found.add(path);
  const importing = [...found].filter((path) => named.has(path) || IMPORTING.includes(extname(path)));
  // Code alone: a file of another kind that code names may be one that it writes
  for (const path of (await followCode(root, importing, MOST_FILES)).keys())
    if (LANGUAGES.includes(extname(path)) && !FOREIGN.test(path)) found.add(path);
  return [...found].sort();
}

/** What a word of a command names in the project, or an option in it: `app/bot.py`, `--import=./app/hooks.mjs`. */
function pathNamed(root: string, word: string): readonly RootPath[] {
  const name = word.replace(/^[\w-]*=/, '');
  if (name === '' || name.startsWith('-') || placeInside(root, name) === null) return [];
  const path = pathFrom(root, resolve(root, name));
  const kind = kindOf(root, path);
  return !FOREIGN.test(path) && (kind?.isFile() || kind?.isDirectory()) ? [path] : [];
}

/** A script and the files beside it that it may run or import; a program that is no script alone. */
async function filesAround(root: string, path: RootPath): Promise<readonly RootPath[]> {
  const ending = extname(path);
  const isShell =
    ending === '' ? (await readBytes(root, path)).subarray(0, 2).equals(Buffer.from('#!')) : SHELLS.includes(ending);
  if (ending === '' && !isShell) return [path];
  const own = JAVASCRIPT.includes(ending) ? JAVASCRIPT : [ending];
  return [path, ...(await filesIn(root, posix.dirname(path), isShell ? LANGUAGES : own))];
}

/** The files of a folder and below it that can be code of the project itself; of the root only what is code by its ending. */
async function filesIn(
  root: string,
  folder: RootPath,
  endings = folder === '' ? LANGUAGES : null,
): Promise<readonly RootPath[]> {
  const all = await pathsIn(root, folder);
  return filesOf(root, endings ? all.filter((path) => endings.includes(extname(path))) : all);
}

async function pathsIn(root: string, folder: RootPath): Promise<readonly RootPath[]> {
  return (await filesBelow(root, folder, [''], [])).filter((path) => !FOREIGN.test(path));
}

/** Those that are files. Throws PathError for links that lead out of the project: nobody sees when that code changes. */
function filesOf(root: string, paths: readonly RootPath[]): readonly RootPath[] {
  return paths.filter((path) => {
    if (placeInside(root, path) === null)
      throw new PathError(`${path} is a link that leads out of the project, so nobody sees when its code changes`);
    return kindOf(root, path)?.isFile();
  });
}

/** What stands at a path; null for a link that leads nowhere. */
function kindOf(root: string, path: RootPath): Stats | null {
  try {
    return statSync(join(root, path));
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return null;
  }
}

/** Each file with the digest of its bytes, line ends alike on every machine. */
async function digestFiles(root: string, files: readonly RootPath[]): Promise<readonly (readonly [string, string])[]> {
  if (files.length > MOST_FILES)
    throw new PathError(`${count(files.length, 'file')} are more than the code of an app: name it with \`code\``);
  const digests: (readonly [string, string])[] = [];
  let bytes = 0;
  for (const path of files) {
    const content = await readBytes(root, path);
    bytes += content.length;
    if (bytes > MOST_BYTES)
      throw new PathError(`more than ${formatBytes(MOST_BYTES)} are no code: name that of the app with \`code\``);
    digests.push([path, hash('sha256', content.toString('latin1').replaceAll('\r\n', '\n'), 'hex')]);
  }
  return digests;
}
