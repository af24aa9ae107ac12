import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { removeLeftovers, temporaryFor } from '../files/leftovers.js';

/**
 * The key by which a gateway knows its calls again, from its file; made when there is none. Only its owner can read it. Where
 * several start at once, all get the same.
 */
export async function openCallKey(path: string): Promise<Buffer> {
  await mkdir(dirname(path), { recursive: true });
  const mine = temporaryFor(path);
  try {
    await writeFile(mine, randomBytes(32), { mode: 0o600 });
    // Unlike a rename, a link is not made over what is there
    await link(mine, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(mine, { force: true });
  }
  await removeLeftovers(dirname(path), (file) => file === basename(path));
  return readFile(path);
}

/** Puts another key in its place: that which gateways on other machines have. */
export async function keepCallKey(path: string, key: Buffer): Promise<void> {
  const mine = temporaryFor(path);
  await writeFile(mine, key, { mode: 0o600 });
  await rename(mine, path);
}
