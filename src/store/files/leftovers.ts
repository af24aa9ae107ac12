import { randomUUID } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What a write may take at the very most: what is older was left by a writer that was killed. */
export const LEFT_OVER_MS = 3_600_000;

const TEMPORARY = /^(.+)\.[0-9a-f]{8}\.tmp$/s;

/** Where a file is written before it takes its place: beside it, under a name that nobody else has. */
export function temporaryFor(place: string): string {
  return `${place}.${randomUUID().slice(0, 8)}.tmp`;
}

/** Removes what killed writers of some files of a folder have left there. Never rejects: it is in nobody's way, only untidy. */
export async function removeLeftovers(folder: string, isOf: (file: string) => boolean): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const [, file] = TEMPORARY.exec(name) ?? [];
    if (file === undefined || !isOf(file)) continue;
    const path = join(folder, name);
    const written = (await stat(path).catch(() => null))?.mtimeMs ?? Number.POSITIVE_INFINITY;
    if (Date.now() - written > LEFT_OVER_MS) await rm(path, { force: true }).catch(() => undefined);
  }
}
