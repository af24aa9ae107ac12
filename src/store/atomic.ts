import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LlmciError } from '../core/errors.js';

/** Writes a file whole or not at all: nobody, not even after a crash, sees half of it. Makes its folder. */
export async function writeAtomic(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
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
