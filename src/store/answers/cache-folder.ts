import { lstatSync, readdirSync, rmdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { LlmciError } from '../../core/text/errors.js';
import { cannotWrite } from '../files/atomic.js';
import { LEFT_OVER_MS } from '../files/leftovers.js';

/** Everything that llmci keeps in a cache. `leftovers` are of writers that were killed. */
const KINDS = ['answers', 'vectors', 'leftovers'] as const;
type Kind = (typeof KINDS)[number];

/** Many entries together. */
export interface Amount {
  readonly entries: number;
  readonly bytes: number;
}

export interface CacheStats extends Amount {
  readonly kinds: Readonly<Record<Kind, Amount>>;
  /** When the oldest and the newest entry were written, in milliseconds since 1970; null without entries. */
  readonly oldest: number | null;
  readonly newest: number | null;
}

export interface PruneOptions {
  /** Entries that are older go; null keeps them whatever their age. */
  readonly olderThanMs: number | null;
  /** The oldest go until no more than this is left; null for no limit. */
  readonly maxBytes: number | null;
  /** Milliseconds since 1970. */
  readonly now: number;
}

interface Entry {
  readonly path: string;
  readonly kind: Kind;
  readonly bytes: number;
  readonly modified: number;
}

const FOLDER = /^[0-9a-f]{2}$/;
const ENTRY = /^[0-9a-f]{64}$/;
const LEFTOVER = /^[0-9a-f]{64}\.[0-9a-f]{8}(?:\.tmp)?$/;

/** What lies in a cache. A folder that is not there is an empty one. */
export function cacheStats(folder: string): CacheStats {
  const kinds = {
    answers: { entries: 0, bytes: 0 },
    vectors: { entries: 0, bytes: 0 },
    leftovers: { entries: 0, bytes: 0 },
  };
  const sum = { entries: 0, bytes: 0 };
  let oldest: number | null = null;
  let newest: number | null = null;
  for (const { kind, bytes, modified } of entriesIn(folder)) {
    for (const amount of kind === 'leftovers' ? [kinds[kind]] : [kinds[kind], sum]) {
      amount.entries++;
      amount.bytes += bytes;
    }
    if (kind === 'leftovers') continue;
    oldest = Math.min(oldest ?? modified, modified);
    newest = Math.max(newest ?? modified, modified);
  }
  return { ...sum, kinds, oldest, newest };
}

/** Removes entries by their age and their size, and what killed writers left over. Returns what was removed. */
export function pruneCache(folder: string, { olderThanMs, maxBytes, now }: PruneOptions): Amount {
  refuseLink(folder);
  const removed = { entries: 0, bytes: 0 };
  const kept: Entry[] = [];
  const drop = (entry: Entry) => {
    remove(entry.path);
    removed.entries++;
    removed.bytes += entry.bytes;
  };
  for (const entry of entriesIn(folder)) {
    const limit = entry.kind === 'leftovers' ? LEFT_OVER_MS : (olderThanMs ?? Number.POSITIVE_INFINITY);
    if (now - entry.modified > limit) drop(entry);
    else kept.push(entry);
  }
  if (maxBytes === null) return removed;
  let bytes = kept.reduce((total, entry) => total + entry.bytes, 0);
  for (const entry of kept.sort((a, b) => a.modified - b.modified)) {
    if (bytes <= maxBytes) break;
    drop(entry);
    bytes -= entry.bytes;
  }
  return removed;
}

/**
 * Removes a cache, itself included. Throws `not-a-cache` when something in the folder is none of a cache's: then nothing
 * is removed. What is removed are files by their names, one by one, and folders that are empty.
 */
export function clearCache(folder: string): Amount {
  refuseLink(folder);
  const foreign = foreignIn(folder);
  if (foreign !== null) throw new LlmciError('not-a-cache', { folder, why: `${foreign} is none of a cache's files` });
  const removed = { entries: 0, bytes: 0 };
  for (const { path, bytes } of entriesIn(folder)) {
    remove(path);
    removed.entries++;
    removed.bytes += bytes;
  }
  for (const [shelf] of shelvesIn(folder)) removeFolder(shelf);
  removeFolder(join(folder, 'vectors'));
  removeFolder(folder);
  return removed;
}

function* entriesIn(folder: string): Generator<Entry> {
  for (const [shelf, kind] of shelvesIn(folder)) {
    for (const file of listOf(shelf)) {
      const known = ENTRY.test(file.name) ? kind : LEFTOVER.test(file.name) ? 'leftovers' : null;
      const path = join(shelf, file.name);
      const stats = known !== null && file.isFile() ? lstatSync(path, { throwIfNoEntry: false }) : undefined;
      if (known !== null && stats) yield { path, kind: known, bytes: stats.size, modified: stats.mtimeMs };
    }
  }
}

/** The folders that hold entries, and the kind of these. Links are never followed. */
function* shelvesIn(folder: string): Generator<[path: string, kind: Kind]> {
  for (const [place, kind] of [
    [folder, 'answers'],
    [join(folder, 'vectors'), 'vectors'],
  ] as const) {
    if (kind === 'vectors' && !lstatSync(place, { throwIfNoEntry: false })?.isDirectory()) continue;
    for (const shelf of listOf(place)) {
      if (shelf.isDirectory() && FOLDER.test(shelf.name)) yield [join(place, shelf.name), kind];
    }
  }
}

/** The first thing in a folder that llmci has not put there; null when there is none. */
function foreignIn(folder: string): string | null {
  const places = [folder, join(folder, 'vectors')].filter((place) =>
    lstatSync(place, { throwIfNoEntry: false })?.isDirectory(),
  );
  for (const place of places) {
    for (const item of listOf(place)) {
      const known = FOLDER.test(item.name) || (place === folder && item.name === 'vectors');
      if (!known || !item.isDirectory()) return join(place, item.name);
    }
  }
  for (const [shelf] of shelvesIn(folder)) {
    for (const file of listOf(shelf)) {
      const known = ENTRY.test(file.name) || LEFTOVER.test(file.name);
      if (!known || !file.isFile()) return join(shelf, file.name);
    }
  }
  return null;
}

function refuseLink(folder: string): void {
  const stats = lstatSync(folder, { throwIfNoEntry: false });
  if (stats && !stats.isDirectory()) throw new LlmciError('not-a-cache', { folder, why: 'it is no folder of its own' });
}

function listOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new LlmciError('not-a-cache', { folder, why: `it cannot be read: ${(error as Error).message}` });
  }
}

/** Another process may have been quicker. */
function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw cannotWrite(path, error);
  }
}

/** A folder in which another process has just put something stays. */
function removeFolder(path: string): void {
  try {
    rmdirSync(path);
  } catch {
    // not there, or not empty
  }
}
