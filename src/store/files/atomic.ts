import { constants } from 'node:fs';
import { access, copyFile, type FileHandle, lstat, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { LlmciError } from '../../core/text/errors.js';
import { messageOf } from '../../core/text/thrown.js';
import { removeLeftovers, temporaryFor } from './leftovers.js';
import { isSystemError } from './read-file.js';

/** How a file is opened to be written on, never through a link. */
export const APPEND = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0);

/**
 * Makes a folder and those that it stands in, step by step. Node's own `recursive` never ends where a file system denies
 * a folder and says that its parent is missing, as /proc does. Rejects with the system's error.
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (await isFolder(path)) return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await mkdir(path).catch(async (later: unknown) => {
      // Another process may have made it meanwhile
      if (!(await isFolder(path))) throw later;
    });
  }
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() ?? false;
}

/** Takes the next part of a text. */
export type Write = (text: string | Uint8Array) => Promise<void>;

/**
 * Writes a file whole or not at all: what `produce` writes goes beside it, to the disk, and then takes its place. Nobody,
 * not even after a crash, sees half of it, and of two processes one has it all; what a writer that was killed has left beside
 * it goes with a later write. Makes its folder. `find` gives the place, and is asked again at the end: what stands there may
 * have been changed in between. Throws `cannot-write`, or what `find` and `produce` throw.
 */
export async function writeWhole(find: () => string, produce: (write: Write) => Promise<void>): Promise<void> {
  const place = find();
  const temporary = temporaryFor(place);
  let file: FileHandle | null = null;
  try {
    await makeFolder(dirname(place));
    file = await open(temporary, 'wx');
    requireSame(find, place);
    const { stream, end } = buffered(file);
    await produce(stream);
    await end();
    const before = await stat(place).catch(() => null);
    if (before) {
      // A device or a pipe would be gone for all who use it
      if (!before.isFile()) throw cannotWrite(place, new Error('what is there is no file; name a file'));
      await file.chmod(before.mode);
    }
    await file.sync();
    await file.close();
    file = null;
    requireSame(find, place);
    await replace(place, temporary);
    await removeLeftovers(dirname(place), (file) => file === basename(place));
  } catch (error) {
    await file?.close().catch(() => undefined);
    await rm(temporary, { force: true }).catch(() => undefined);
    throw isSystemError(error) ? cannotWrite(place, error) : error;
  }
}

/**
 * Throws `cannot-write` where `writeWhole` could put nothing: asked before there is something that would be lost. Makes the
 * folder.
 */
export async function requireWritable(find: () => string): Promise<void> {
  const place = find();
  try {
    await makeFolder(dirname(place));
    await access(dirname(place), constants.W_OK | constants.X_OK);
    // Nor where its name, or that of the file beside it, is one that the system cannot hold
    for (const name of [place, temporaryFor(place)]) await lstat(name).catch(ignoreAbsent);
  } catch (error) {
    throw isSystemError(error) ? cannotWrite(place, error) : error;
  }
  if (await isFolder(place)) throw cannotWrite(place, new Error('a folder is there; name a file'));
}

function ignoreAbsent(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}

/** Writes a text that is there already, as `writeWhole` does. */
export async function writeAtomic(where: string | (() => string), content: string | Uint8Array): Promise<void> {
  await writeWhole(typeof where === 'string' ? () => where : where, (write) => write(content));
}

function requireSame(find: () => string, place: string): void {
  if (find() !== place) throw cannotWrite(place, new Error('its folder was changed meanwhile'));
}

async function replace(place: string, temporary: string): Promise<void> {
  try {
    await rename(temporary, place);
  } catch (error) {
    // A file that is mounted by itself, as into a container, can only be written on
    if ((error as NodeJS.ErrnoException).code !== 'EBUSY') throw error;
    await copyFile(temporary, place);
    await rm(temporary, { force: true });
  }
  await syncFolder(dirname(place));
}

/** What systems say that keep folders in order by themselves, or let nobody ask for it. */
const NO_FOLDER_SYNC = new Set(['EINVAL', 'ENOTSUP', 'ENOSYS', 'EISDIR', 'EPERM', 'EACCES', 'EBADF']);

/** Brings the names in a folder to the disk, where the system can. */
async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path);
    await folder.sync().finally(() => folder.close());
  } catch (error) {
    if (!NO_FOLDER_SYNC.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

const BUFFER_BYTES = 1 << 16;

/** Collects small texts on their way to a file. */
function buffered(file: Pick<FileHandle, 'appendFile'>): { readonly stream: Write; readonly end: () => Promise<void> } {
  let parts: Buffer[] = [];
  let bytes = 0;
  const end = async () => {
    const all = Buffer.concat(parts);
    parts = [];
    bytes = 0;
    if (all.length > 0) await file.appendFile(all);
  };
  const stream: Write = async (text) => {
    const part = Buffer.from(text);
    parts.push(part);
    bytes += part.length;
    if (bytes >= BUFFER_BYTES) await end();
  };
  return { stream, end };
}

/** The error to show when a file cannot be written, in the system's own words (disk full, read-only, no permission). */
export function cannotWrite(path: string, error: unknown): LlmciError {
  return new LlmciError('cannot-write', { path, why: messageOf(error) });
}
