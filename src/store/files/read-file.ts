import { constants, lstatSync, readdirSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { didYouMean } from '../../core/text/suggest.js';
import { atTop, type Problem, type SourcePlace } from '../../model/problem.js';
import { NotTextError, readUtf8 } from './decode-text.js';

/** Why a file cannot be used, in words that do not depend on the system; they begin with its path as it was given. */
export class PathError extends Error {
  /** Whether there is simply none, nor a link of its name. */
  readonly absent: boolean;

  constructor(message: string, absent = false) {
    super(message);
    this.absent = absent;
  }
}

/** A file that cannot be used, as what is wrong with it. Throws again what is no PathError. */
export function problemOfFile(file: string, error: unknown): Problem {
  return problemAt(atTop(file), error);
}

/** The same for a file that is named at a place of another. */
export function problemAt(place: SourcePlace, error: unknown): Problem {
  if (!(error instanceof PathError)) throw error;
  return { ...place, message: error.message };
}

/** What reading comes to; null where a PathError says that there is nothing to be read, for whoever can do without. */
export async function readOrNull<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof PathError) return null;
    throw error;
  }
}

// A last step that is a link was put there after the place was looked at; a pipe has no end
const READ = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Opens a file to be read. `find` gives its place; it is asked again when the file is open, for what stands there may have
 * been changed in between. `shown` is what messages call it. Rejects with PathError, or with what `find` throws.
 */
export async function openFile(find: () => string, shown: string): Promise<FileHandle> {
  const place = find();
  let file: FileHandle | null = null;
  try {
    file = await open(place, READ);
    const [opened, there] = [await file.stat(), lstatSync(find())];
    if (opened.isDirectory()) throw new PathError(`${shown} is a folder`);
    if (!opened.isFile()) throw new PathError(`${shown} is not a file`);
    if (opened.ino !== there.ino || opened.dev !== there.dev)
      throw new PathError(`${shown} was changed while it was opened`);
    return file;
  } catch (error) {
    await file?.close();
    if (!isSystemError(error)) throw error;
    throw explain(error, place, shown);
  }
}

/** The text of a file; the options are those of `openFile`. Rejects with PathError. */
export async function readFileText(find: () => string, shown: string): Promise<string> {
  const file = await openFile(find, shown);
  try {
    return readUtf8(await file.readFile());
  } catch (error) {
    throw asPathError(error, find, shown);
  } finally {
    await file.close();
  }
}

/** As `readFileText`; null when there is no such file. A link that leads nowhere is none that can be read. */
export async function readFileIfThere(find: () => string, shown: string): Promise<string | null> {
  try {
    return await readFileText(find, shown);
  } catch (error) {
    if (error instanceof PathError && error.absent) return null;
    throw error;
  }
}

/** What went wrong while a file was read, as PathError where it is the file's fault. */
export function asPathError(error: unknown, find: () => string, shown: string): unknown {
  if (error instanceof NotTextError) {
    const excel = /\.[ct]sv$/i.test(shown) ? ' (Excel calls it "CSV UTF-8")' : '';
    return new PathError(`${shown} ${error.message}; save it as UTF-8${excel}`);
  }
  return isSystemError(error) ? explain(error, find(), shown) : error;
}

/** What is wrong with a file that the system gave this error for. */
export function explain(error: NodeJS.ErrnoException, place: string, shown: string): PathError {
  switch (error.code) {
    case 'ENOENT':
      // Links have been followed in `place`
      if (basename(place) !== basename(shown)) return new PathError(`${shown} is a link that leads nowhere`);
      return new PathError(`there is no file ${shown}${didYouMean(basename(shown), namesBeside(place))}`, true);
    case 'ENOTDIR':
      return new PathError(`${shown} cannot be there: a part of its path is a file, not a folder`);
    case 'EISDIR':
      return new PathError(`${shown} is a folder`);
    case 'ELOOP':
      return new PathError(`${shown} is a link that leads round in a circle`);
    case 'ENAMETOOLONG':
      return new PathError(`${shown} cannot be there: its name is too long for this system`);
    case 'ERR_INVALID_ARG_VALUE':
      return new PathError(`${shown} cannot be there: no name of a file has a NUL`);
    case 'EACCES':
    case 'EPERM':
      return new PathError(`${shown} may not be read`);
    default:
      return new PathError(`${shown} cannot be read (${error.code})`);
  }
}

export function isSystemError(error: unknown): error is NodeJS.ErrnoException & { readonly code: string } {
  return error instanceof Error && /^E/.test((error as NodeJS.ErrnoException).code ?? '');
}

function namesBeside(place: string): readonly string[] {
  try {
    return readdirSync(dirname(place));
  } catch {
    return []; // no folder, no suggestion
  }
}
