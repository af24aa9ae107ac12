import { existsSync, realpathSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';

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

/** The files below a folder of the project whose names end with one of the endings, sorted. */
export async function filesBelow(root: string, folder: string, endings: readonly string[]): Promise<RootPath[]> {
  const start = join(root, folder);
  if (!existsSync(start)) return [];
  const entries = await readdir(start, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory() && endings.some((ending) => entry.name.endsWith(ending)))
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
  const inside = (base: string, path: string) => path === base || path.startsWith(base + sep);
  const existing = nearestExisting(absolute);
  if (!inside(resolve(root), absolute) || !inside(realpathSync(root), realpathSync(existing))) {
    throw new PathError(`${written} leads out of the project`);
  }
  return rootPath(root, absolute);
}

function nearestExisting(path: string): string {
  return existsSync(path) ? path : nearestExisting(dirname(path));
}

/** The text of a file of the project. Throws PathError when it is not there or is not text. */
export async function readText(root: string, path: RootPath): Promise<string> {
  try {
    const bytes = await readFile(join(root, path));
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') throw new PathError(`there is no file ${path}`);
    if (code === 'EISDIR') throw new PathError(`${path} is a folder`);
    if (code === 'EACCES') throw new PathError(`${path} may not be read`);
    throw new PathError(`${path} is not UTF-8 text`);
  }
}
