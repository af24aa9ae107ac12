import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LlmciError } from '../core/text/errors.js';

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

/** Writes a file whole or not at all: nobody, not even after a crash, sees half of it. Makes its folder. */
export async function writeAtomic(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    await makeFolder(dirname(path));
    await writeFile(temporary, content);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw cannotWrite(path, error);
  }
}

/** The error to show when a file cannot be written, in the system's own words (disk full, read-only, no permission). */
export function cannotWrite(path: string, error: unknown): LlmciError {
  return new LlmciError('cannot-write', { path, why: error instanceof Error ? error.message : String(error) });
}
