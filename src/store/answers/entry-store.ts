import { createHash, randomUUID } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CachePolicy } from '../../model/cache.js';
import { makeFolder } from '../files/atomic.js';
import { ownPlace } from '../files/places.js';

/** What a line with a checksum takes: 64 hex digits and its end. */
const HEAD = 65;

/** An entry that is a link is none of ours. */
const READ = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0);

/**
 * Entries of a cache: one file each, named by a sha256 of what makes it, with a sha256 of the rest in its first line.
 * Safe for several processes at once: a file appears whole, under its name, or not at all. What is damaged or too old is
 * a miss, and the next write replaces it. What cannot be written is not kept, and nobody fails.
 */
export class EntryStore {
  readonly policy: CachePolicy;
  readonly #folder: string;
  readonly #now: () => number;
  readonly #made = new Set<string>();
  readonly #own = new Set<string>();

  /** `now` is in milliseconds since 1970, as the times of files are. */
  constructor(folder: string, policy: CachePolicy, now: () => number = Date.now) {
    this.#folder = folder;
    this.policy = policy;
    this.#now = now;
  }

  /** What was put under a key; null when there is nothing that can be trusted. */
  get(key: string): Buffer | null {
    if (!this.policy.read) return null;
    const bytes = this.#read(key);
    if (bytes === null || bytes[HEAD - 1] !== 10) return null;
    const body = bytes.subarray(HEAD);
    return bytes.toString('latin1', 0, HEAD - 1) === checksum(body) ? body : null;
  }

  /** Keeps an entry. Returns whether it was kept. */
  async put(key: string, body: string | Uint8Array): Promise<boolean> {
    if (!this.policy.write) return false;
    if (!this.#isOwn(key.slice(0, 2))) return false;
    const path = pathOf(this.#folder, key);
    const bytes = Buffer.concat([Buffer.from(`${checksum(body)}\n`), Buffer.from(body)]);
    // Another process may clear the cache between the folder and the file
    return (await this.#write(path, bytes)) || (await this.#write(path, bytes));
  }

  /** Synchronous: a small file is read in a fifth of the time that the thread pool takes to hand it over. */
  #read(key: string): Buffer | null {
    let file: number | null = null;
    try {
      if (!this.#isOwn(key.slice(0, 2))) return null;
      file = openSync(pathOf(this.#folder, key), READ);
      const { ttlMs } = this.policy;
      if (ttlMs !== null && this.#now() - fstatSync(file).mtimeMs > ttlMs) return null;
      return readFileSync(file);
    } catch {
      return null; // not there, or not readable: it is made anew
    } finally {
      if (file !== null) closeSync(file);
    }
  }

  /** Whether a shelf is a folder, or not there yet: one that is a link is none of ours. Looked at once, for all its entries. */
  #isOwn(shelf: string): boolean {
    if (this.#own.has(shelf)) return true;
    try {
      ownPlace(this.#folder, shelf);
    } catch {
      return false;
    }
    this.#own.add(shelf);
    return true;
  }

  async #write(path: string, bytes: Uint8Array): Promise<boolean> {
    const temporary = `${path}.${randomUUID().slice(0, 8)}`;
    const folder = dirname(path);
    try {
      if (!this.#made.has(folder)) await makeFolder(folder);
      this.#made.add(folder);
      await writeFile(temporary, bytes, { flag: 'wx' });
      await rename(temporary, path);
      return true;
    } catch {
      this.#made.delete(folder);
      await rm(temporary, { force: true }).catch(() => undefined);
      return false;
    }
  }
}

/** The file of an entry. */
function pathOf(folder: string, key: string): string {
  return join(folder, key.slice(0, 2), key);
}

function checksum(body: string | Uint8Array): string {
  return createHash('sha256').update(body).digest('hex');
}
