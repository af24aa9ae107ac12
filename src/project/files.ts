import { createReadStream, type Dirent, existsSync, lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { didYouMean } from '../core/text/suggest.js';
import type { Problem } from '../model/problem.js';
import { decodePieces, decodeText, NotTextError } from './decode-text.js';

/** The project's files are named by their path from its root, with `/` on every system. */
export type RootPath = string;

/**
 * The root of the project around a folder: the nearest folder at or above it, in the git repository, that has an llmci.yaml, or
 * suites or prompts of its own: a project within another goes before it. Where neither a repository nor an llmci.yaml says how
 * far to look, files further up may be anybody's. Else the nearest in the repository with folders called evals or prompts, or
 * the folder itself.
 */
export function findRoot(folder: string): string {
  const own = resolve(folder);
  const candidates: string[] = [];
  let inRepository = false;
  let bounded = false;
  for (let current = own; !bounded; current = dirname(current)) {
    candidates.push(current);
    inRepository = existsSync(join(current, '.git'));
    bounded = inRepository || existsSync(join(current, 'llmci.yaml'));
    if (dirname(current) === current) break;
  }
  const nearest = candidates.find(
    (each) => existsSync(join(each, 'llmci.yaml')) || ((bounded || each === own) && hasFiles(each)),
  );
  const named = (each: string) => ['evals', 'prompts'].some((name) => existsSync(join(each, name)));
  return nearest ?? (inRepository ? candidates.find(named) : undefined) ?? own;
}

/** Whether a folder is a project with suites. */
export function hasSuites(folder: string): boolean {
  return hasNamed(join(folder, 'evals'), /\.eval\.ya?ml$/);
}

function hasFiles(folder: string): boolean {
  return hasSuites(folder) || hasNamed(join(folder, 'prompts'), /\.prompt\.ya?ml$/);
}

function hasNamed(folder: string, pattern: RegExp): boolean {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).some((name) => pattern.test(name));
  } catch {
    return false; // no such folder, or one that may not be read
  }
}

/**
 * The files below a folder of the project whose names end with one of the endings, sorted. A folder with such a name is
 * among them: reading it says what is wrong. Links to folders are followed within the project; one that leads out of it,
 * or round in a circle, is a problem at its path.
 */
export async function filesBelow(
  root: string,
  folder: string,
  endings: readonly string[],
  problems: Problem[],
): Promise<RootPath[]> {
  const start = join(root, folder);
  if (!statSync(start, { throwIfNoEntry: false })?.isDirectory()) return [];
  const found: RootPath[] = [];
  await walk(start, []);
  return found.sort();

  async function walk(current: string, above: readonly string[]): Promise<void> {
    const real = realpathSync(current);
    const report = (message: string) =>
      problems.push({ file: rootPath(root, current), line: 1, column: 1, message: `this link leads ${message}` });
    if (!isInside(realpathSync(root), real)) return void report('out of the project');
    if (above.includes(real)) return void report('to a folder that it stands in');
    let entries: Dirent[];
    try {
      entries = await readdir(current, { withFileTypes: true });
    } catch (error) {
      const path = rootPath(root, current);
      return void problems.push({ file: path, line: 1, column: 1, message: explainUnreadable(root, path, error) });
    }
    for (const entry of entries) {
      if (entry.name === 'node_modules') continue;
      const path = join(current, entry.name);
      if (endings.some((ending) => entry.name.endsWith(ending))) found.push(rootPath(root, path));
      if (isFolder(entry, path)) await walk(path, [...above, real]);
    }
  }
}

function isFolder(entry: Dirent, path: string): boolean {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  try {
    return statSync(path).isDirectory();
  } catch {
    return false; // a link to nowhere; as a file that is to be read it is reported where it is read
  }
}

export function rootPath(root: string, absolute: string): RootPath {
  return relative(root, absolute).split(sep).join('/');
}

/** Why a file that the user's files name cannot be used. */
export class PathError extends Error {}

/**
 * Where a path written in a file of the project leads: relative to that file's folder and inside the project, also
 * after symbolic links. Throws PathError when it leaves the project.
 */
export function resolveInside(root: string, from: RootPath, written: string): RootPath {
  if (written.includes('\\')) {
    const advice = `write ${written.replaceAll('\\', '/')}`;
    throw new PathError(`${written} has a backslash: paths are written with / on every system; ${advice}`);
  }
  const absolute = resolve(root, dirname(from), written);
  if (!isInside(resolve(root), absolute) || !isInside(realpathSync(root), realpathSync(nearestExisting(absolute)))) {
    throw new PathError(`${written} leads out of the project`);
  }
  return rootPath(root, absolute);
}

/** The same for a file, which need not be there yet. Throws PathError when it leaves the project or is a folder. */
export function resolveFileInside(root: string, from: RootPath, written: string): RootPath {
  const path = resolveInside(root, from, written);
  if (statSync(join(root, path), { throwIfNoEntry: false })?.isDirectory()) {
    throw new PathError(`${written} is a folder, not a file`);
  }
  return path;
}

function isInside(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

function nearestExisting(path: string): string {
  return existsSync(path) ? path : nearestExisting(dirname(path));
}

/** The text of a file of the project. Throws PathError when it is not there, is not text or is a link that leads out. */
export async function readText(root: string, path: RootPath): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(realPath(root, path));
  } catch (error) {
    throw error instanceof PathError ? error : new PathError(explainUnreadable(root, path, error));
  }
  return decodeNamed(path, bytes);
}

/** The text of a file of the project in pieces of any length, for files too large to hold. Throws as `readText` does. */
export async function* streamText(root: string, path: RootPath): AsyncGenerator<string> {
  try {
    yield* decodePieces(createReadStream(realPath(root, path)));
  } catch (error) {
    throw error instanceof PathError ? error : new PathError(explainUnreadable(root, path, error));
  }
}

/** The text of a file that a flag names, wherever it is, in pieces. Throws PathError. */
export async function* streamNamedText(root: string, path: RootPath): AsyncGenerator<string> {
  try {
    yield* decodePieces(createReadStream(join(root, path)));
  } catch (error) {
    throw error instanceof PathError ? error : new PathError(explainUnreadable(root, path, error));
  }
}

function realPath(root: string, path: RootPath): string {
  const real = realpathSync(join(root, path));
  if (!isInside(realpathSync(root), real)) throw new PathError(`${path} is a link that leads out of the project`);
  return real;
}

/** The text of a file that a flag names, wherever it is. Throws PathError. */
export async function readNamedText(root: string, path: RootPath): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(join(root, path));
  } catch (error) {
    throw new PathError(explainUnreadable(root, path, error));
  }
  return decodeNamed(path, bytes);
}

function decodeNamed(path: RootPath, bytes: Buffer): string {
  try {
    return decodeText(bytes);
  } catch (error) {
    throw error instanceof NotTextError ? new PathError(explainNoText(path, error)) : error;
  }
}

function explainNoText(path: RootPath, { message }: NotTextError): string {
  const excel = /\.[ct]sv$/i.test(path) ? ' (Excel calls it "CSV UTF-8")' : '';
  return `${path} ${message}; save it as UTF-8${excel}`;
}

function explainUnreadable(root: string, path: RootPath, error: unknown): string {
  if (error instanceof NotTextError) return explainNoText(path, error);
  const code = (error as NodeJS.ErrnoException).code ?? String(error);
  switch (code) {
    case 'ENOENT':
      if (lstatSync(join(root, path), { throwIfNoEntry: false })) return `${path} is a link that leads nowhere`;
      return `there is no file ${path}${didYouMean(basename(path), namesBeside(root, path))}`;
    case 'EISDIR':
      return `${path} is a folder`;
    case 'EACCES':
    case 'EPERM':
      return `${path} may not be read`;
    default:
      return `${path} cannot be read (${code})`;
  }
}

function namesBeside(root: string, path: RootPath): string[] {
  try {
    return readdirSync(dirname(join(root, path)));
  } catch {
    return []; // no folder, no suggestion
  }
}
