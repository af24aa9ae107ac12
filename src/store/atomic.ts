import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LlmciError } from '../core/text/errors.js';

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

/**
 * Writes a file whole or not at all: nobody, not even after the power failed, sees half of it or finds the name of a file
 * that is empty. Makes its folder. Throws `cannot-write`.
 */
export async function writeAtomic(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    await makeFolder(dirname(path));
    await writeSynced(temporary, content);
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw cannotWrite(path, error);
  }
}

/** A name may be on the disk before what it names: the content has to be there first. */
async function writeSynced(path: string, content: string | Uint8Array): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
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

/** The error to show when a file cannot be written, in the system's own words (disk full, read-only, no permission). */
export function cannotWrite(path: string, error: unknown): LlmciError {
  return new LlmciError('cannot-write', { path, why: error instanceof Error ? error.message : String(error) });
}
