import { type Dirent, existsSync, lstatSync, readdirSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { LlmciError } from '../../core/text/errors.js';
import { atTop, type Problem } from '../../model/problem.js';
import { decodePieces } from '../../store/files/decode-text.js';
import { pathFrom, placeInside, placeNamed } from '../../store/files/places.js';
import {
  asPathError,
  explain,
  isSystemError,
  openFile,
  PathError,
  readFileIfThere,
  readFileText,
} from '../../store/files/read-file.js';

/** The project's files are named by their path from its root, with `/` on every system. */
export type RootPath = string;

/**
 * The root of the project around a folder: the nearest folder at or above it, in the git repository, that has an llmci.yaml, or
 * suites or prompts of its own: a project within another goes before it. Where neither a repository nor an llmci.yaml says how
 * far to look, files further up may be anybody's. Else the nearest in the repository with folders called evals or prompts, or
 * the folder itself. Throws `no-folder`: around a folder that is not there would be another project than the one that was meant.
 */
export function findRoot(folder: string): string {
  const own = requireFolder(folder);
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

/** A folder that is there, by its whole path. Throws `no-folder`. */
export function requireFolder(folder: string): string {
  const own = resolve(folder);
  if (!isFolder(own)) throw new LlmciError('no-folder', { path: folder });
  return own;
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false; // not there, or nothing can be there
  }
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
  const found: RootPath[] = [];
  if (lstatSync(start, { throwIfNoEntry: false })) await walk(start, []);
  return found.sort();

  async function walk(current: string, above: readonly string[]): Promise<void> {
    const path = pathFrom(root, current);
    const report = (message: string) => void problems.push({ ...atTop(path), message });
    const place = placeInside(root, path);
    if (place === null) return report('this link leads out of the project');
    if (above.includes(place)) return report('this link leads to a folder that it stands in');
    let entries: Dirent[];
    try {
      entries = await readdir(place, { withFileTypes: true });
    } catch (error) {
      if (!isSystemError(error)) throw error;
      // A file of this name is none of ours
      return error.code === 'ENOTDIR' ? undefined : report(explain(error, place, path).message);
    }
    for (const entry of entries) {
      if (entry.name === 'node_modules') continue;
      const below = join(current, entry.name);
      const isWanted = endings.some((ending) => entry.name.endsWith(ending));
      if (isWanted) found.push(pathFrom(root, below));
      if (entry.isDirectory() || (entry.isSymbolicLink() && leadsToFolder(below))) await walk(below, [...above, place]);
    }
  }
}

/** A link to nowhere is no folder; as a file that is to be read it is reported where it is read. */
function leadsToFolder(link: string): boolean {
  try {
    return statSync(link).isDirectory();
  } catch {
    return false;
  }
}

/**
 * Where a path written in a file of the project leads: relative to that file's folder and inside the project, also
 * after symbolic links. Throws PathError when it leaves the project.
 */
export function resolveInside(root: string, from: RootPath, written: string): RootPath {
  if (written.includes('\\')) {
    const advice = `write ${written.replaceAll('\\', '/')}`;
    throw new PathError(`${written} has a backslash: paths are written with / on every system; ${advice}`);
  }
  const path = pathFrom(root, resolve(root, dirname(from), written));
  if (placeInside(root, path) === null) throw new PathError(`${written} leads out of the project`);
  return path;
}

/** The same for a file, which need not be there yet. Throws PathError when it leaves the project, or can be no file. */
export function resolveFileInside(root: string, from: RootPath, written: string): RootPath {
  const path = resolveInside(root, from, written);
  try {
    if (statSync(join(root, path)).isDirectory()) throw new PathError(`${written} is a folder, not a file`);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (error.code !== 'ENOENT') throw explain(error, join(root, path), written);
  }
  return path;
}

/** The text of a file of the project. Rejects with PathError when it is not there, is not text or is a link that leads out. */
export async function readText(root: string, path: RootPath): Promise<string> {
  return readFileText(placeIn(root, path), path);
}

/** The bytes of a file of the project. Rejects as `readText` does. */
export async function readBytes(root: string, path: RootPath): Promise<Buffer> {
  const file = await openFile(placeIn(root, path), path);
  try {
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/** As `readBytes`; null when there are more bytes than `most`. */
export async function readBytesUpTo(root: string, path: RootPath, most: number): Promise<Buffer | null> {
  const file = await openFile(placeIn(root, path), path);
  try {
    return (await file.stat()).size > most ? null : await file.readFile();
  } finally {
    await file.close();
  }
}

/** The real place of a file of the project, for those who open it themselves. Rejects as `readText` does. */
export async function placeOfFile(root: string, path: RootPath): Promise<string> {
  const find = placeIn(root, path);
  await (await openFile(find, path)).close();
  return find();
}

/** As `readText`; null when there is no such file. */
export async function readTextIfThere(root: string, path: RootPath): Promise<string | null> {
  return readFileIfThere(placeIn(root, path), path);
}

/** The text of a file of the project in pieces of any length, for files too large to hold. Throws as `readText` does. */
export function streamText(root: string, path: RootPath): AsyncGenerator<string> {
  return streamFile(placeIn(root, path), path);
}

/** The text of a file that a flag names, wherever it is. Rejects with PathError, or `bad-link`. */
export async function readNamedText(root: string, path: RootPath): Promise<string> {
  return readFileText(() => placeNamed(root, path), path);
}

/** As `readNamedText`; null when there is no such file. */
export async function readNamedTextIfThere(root: string, path: RootPath): Promise<string | null> {
  return readFileIfThere(() => placeNamed(root, path), path);
}

/** The text of a file that a flag names, wherever it is, in pieces. Throws PathError, or `bad-link`. */
export function streamNamedText(root: string, path: RootPath): AsyncGenerator<string> {
  return streamFile(() => placeNamed(root, path), path);
}

function placeIn(root: string, path: RootPath): () => string {
  return () => {
    const place = placeInside(root, path);
    if (place === null) throw new PathError(`${path} is a link that leads out of the project`);
    return place;
  };
}

async function* streamFile(find: () => string, path: RootPath): AsyncGenerator<string> {
  const file = await openFile(find, path);
  try {
    yield* decodePieces(file.createReadStream({ autoClose: false }));
  } catch (error) {
    throw asPathError(error, find, path);
  } finally {
    await file.close();
  }
}
