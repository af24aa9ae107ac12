import { existsSync, lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { didYouMean } from '../core/suggest.js';

/** The project's files are named by their path from its root, with `/` on every system. */
export type RootPath = string;

/**
 * The root of the project around a folder: the nearest folder at or above it that has an llmci.yaml, or else prompts/
 * or evals/, not looking above the git repository; the folder itself when there is none.
 */
export function findRoot(folder: string): string {
  const candidates: string[] = [];
  for (let current = resolve(folder); ; current = dirname(current)) {
    candidates.push(current);
    if (existsSync(join(current, '.git')) || dirname(current) === current) break;
  }
  const having = (...names: string[]) =>
    candidates.find((candidate) => names.some((name) => existsSync(join(candidate, name))));
  return having('llmci.yaml') ?? having('evals', 'prompts') ?? resolve(folder);
}

/**
 * The files below a folder of the project whose names end with one of the endings, sorted. A folder with such a name is
 * among them: reading it says what is wrong.
 */
export async function filesBelow(root: string, folder: string, endings: readonly string[]): Promise<RootPath[]> {
  const start = join(root, folder);
  if (!statSync(start, { throwIfNoEntry: false })?.isDirectory()) return [];
  const entries = await readdir(start, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => endings.some((ending) => entry.name.endsWith(ending)))
    .map((entry) => rootPath(root, join(entry.parentPath, entry.name)))
    .filter((path) => !path.split('/').includes('node_modules'))
    .sort();
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
  const absolute = resolve(root, dirname(from), written);
  if (!isInside(resolve(root), absolute) || !isInside(realpathSync(root), realpathSync(nearestExisting(absolute)))) {
    throw new PathError(`${written} leads out of the project`);
  }
  return rootPath(root, absolute);
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
    const real = realpathSync(join(root, path));
    if (!isInside(realpathSync(root), real)) throw new PathError(`${path} is a link that leads out of the project`);
    bytes = await readFile(real);
  } catch (error) {
    throw error instanceof PathError ? error : new PathError(explainUnreadable(root, path, error));
  }
  return decode(path, bytes);
}

/** The text of a file that a flag names, wherever it is. Throws PathError. */
export async function readNamedText(root: string, path: RootPath): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(join(root, path));
  } catch (error) {
    throw new PathError(explainUnreadable(root, path, error));
  }
  return decode(path, bytes);
}

function decode(path: RootPath, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new PathError(`${path} is not UTF-8 text`);
  }
}

function explainUnreadable(root: string, path: RootPath, error: unknown): string {
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
