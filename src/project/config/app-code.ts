import { hash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { extname } from 'node:path';
import picomatch from 'picomatch';
import { digest } from '../../core/text/canonical.js';
import { count, formatBytes } from '../../core/text/format.js';
import type { AppCode, AppSource } from '../../providers/contract/app-code.js';
import { placeInside } from '../../store/files/places.js';
import { PathError } from '../../store/files/read-file.js';
import { filesBelow, type RootPath, readBytes } from '../source/files.js';

/** What is too much to be the code of an app: most likely data, or a whole repository. */
const MOST_FILES = 5000;
const MOST_BYTES = 50e6;

/** Folders that hold no code of the app itself. */
const FOREIGN = /(?:^|\/)(?:\.[^/]+|node_modules|__pycache__|venv|site-packages)(?:\/|$)/;

/** Endings of one language, whose files import each other. */
const JAVASCRIPT = ['.js', '.mjs', '.cjs', '.jsx', '.ts', '.mts', '.cts', '.tsx'];
/** Scripts that start other programs, in whatever language. */
const SHELLS = ['.sh', '.bash', '.zsh', '.fish', '.cmd', '.bat', '.ps1'];
const LANGUAGES = [
  ...[
    ...JAVASCRIPT,
    ...SHELLS,
    '.py',
    '.rb',
    '.go',
    '.rs',
    '.java',
    '.kt',
    '.scala',
    '.php',
    '.pl',
    '.lua',
    '.r',
    '.jl',
  ],
  ...['.cs', '.fs', '.swift', '.ex', '.exs', '.clj'],
];

/**
 * What is known of the code of an app: the files that its globs name, else those that its command names and, beside a
 * script, all of its language in its folder and below, or of any language beside one that starts programs; and the version that a variable holds. Throws PathError for globs that
 * name nothing, and for more than can be code.
 */
export async function readAppCode(
  root: string,
  { code, command, version, allowUnversioned }: AppSource,
  env: Readonly<Record<string, string | undefined>>,
): Promise<AppCode> {
  const files = code ? await filesOfGlobs(root, code) : command ? await filesOfCommand(root, command) : [];
  const told = version === null ? undefined : env[version.slice('env:'.length)];
  if (files.length === 0 && !told) return { digest: null, allowUnversioned };
  return { digest: digest({ files: await digestFiles(root, files), version: told || null }), allowUnversioned };
}

async function filesOfGlobs(root: string, globs: readonly string[]): Promise<readonly RootPath[]> {
  const all = await filesIn(root, '.');
  const found = new Set<RootPath>();
  for (const glob of globs) {
    if (glob.startsWith('/') || glob.split('/').includes('..'))
      throw new PathError(`${glob} leads out of the project; write globs from its root, like app/**/*.py`);
    const matches = picomatch(glob.replace(/^\.\//, ''));
    const named = all.filter((path) => matches(path));
    if (named.length === 0) throw new PathError(`${glob} names no file of the project`);
    for (const path of named) found.add(path);
  }
  return [...found].sort();
}

async function filesOfCommand(root: string, command: readonly string[]): Promise<readonly RootPath[]> {
  const found = new Set<RootPath>();
  for (const word of command) {
    const place = word === '' || word.startsWith('-') ? null : placeInside(root, word);
    if (place === null || !existsSync(place)) continue;
    const path = word.replace(/^\.\//, '').replace(/\/+$/, '');
    if (statSync(place).isDirectory()) {
      for (const below of await filesIn(root, path)) found.add(below);
      continue;
    }
    found.add(path);
    const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.';
    const endings = await endingsBeside(root, path);
    if (endings.length === 0) continue;
    for (const below of await filesIn(root, folder)) if (endings.includes(extname(below))) found.add(below);
  }
  return [...found].sort();
}

/** The endings of files beside a script that it may run or import; none for a program that is no script. */
async function endingsBeside(root: string, path: RootPath): Promise<readonly string[]> {
  const ending = extname(path);
  const isShell =
    ending === '' ? (await readBytes(root, path)).subarray(0, 2).equals(Buffer.from('#!')) : SHELLS.includes(ending);
  if (isShell) return LANGUAGES;
  if (ending === '') return [];
  return JAVASCRIPT.includes(ending) ? JAVASCRIPT : [ending];
}

/** The files of a folder and below it that can be code of the project itself. */
async function filesIn(root: string, folder: string): Promise<readonly RootPath[]> {
  const all = await filesBelow(root, folder, [''], []);
  return all.filter((path) => !FOREIGN.test(path) && statSync(placeInside(root, path) ?? root).isFile());
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
