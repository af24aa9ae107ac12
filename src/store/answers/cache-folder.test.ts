import { existsSync, mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeProject } from '../../../test/helpers/project.js';
import { cachePolicyOf } from '../../model/cache.js';
import { cacheStats, clearCache, pruneCache } from './cache-folder.js';
import { EntryStore } from './entry-store.js';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 0, 31);
const keyOf = (n: number) => String(n).padStart(64, '0');

/** A cache with entries of these ages in days, each of 100 bytes, and a vector. */
async function cacheOf(ages: readonly number[]): Promise<string> {
  const folder = (await makeProject()).path('cache');
  for (const [index, age] of ages.entries()) {
    await new EntryStore(folder, cachePolicyOf(undefined)).put(keyOf(index), 'x'.repeat(35));
    setAge(join(folder, '00', keyOf(index)), age);
  }
  await new EntryStore(join(folder, 'vectors'), cachePolicyOf(undefined)).put(keyOf(0), 'x'.repeat(135));
  setAge(join(folder, 'vectors', '00', keyOf(0)), 0);
  return folder;
}

function setAge(path: string, days: number): void {
  const time = new Date(NOW - days * DAY);
  utimesSync(path, time, time);
}

const left = (folder: string) => readdirSync(join(folder, '00')).map(Number);
const prune = (folder: string, options: { olderThanMs?: number; maxBytes?: number }) =>
  pruneCache(folder, { olderThanMs: null, maxBytes: null, now: NOW, ...options });

describe('stats', () => {
  it('count by kind, and tell the oldest and the newest', async () => {
    const folder = await cacheOf([3, 1]);
    expect(cacheStats(folder)).toEqual({
      entries: 3,
      bytes: 400,
      kinds: {
        answers: { entries: 2, bytes: 200 },
        vectors: { entries: 1, bytes: 200 },
        leftovers: { entries: 0, bytes: 0 },
      },
      oldest: NOW - 3 * DAY,
      newest: NOW,
    });
  });

  it('of a folder that is not there are those of an empty one', async () => {
    expect(cacheStats((await makeProject()).path('none'))).toMatchObject({ entries: 0, bytes: 0, oldest: null });
  });
});

describe('prune', () => {
  it('removes what is older', async () => {
    const folder = await cacheOf([40, 10, 31]);
    expect(prune(folder, { olderThanMs: 30 * DAY })).toEqual({ entries: 2, bytes: 200 });
    expect(left(folder)).toEqual([1]);
  });

  it('removes the oldest first until the rest fits, vectors too', async () => {
    const folder = await cacheOf([1, 3, 2]);
    expect(prune(folder, { maxBytes: 350 })).toEqual({ entries: 2, bytes: 200 });
    expect(left(folder)).toEqual([0]);
    expect(prune(folder, { maxBytes: 0 })).toEqual({ entries: 2, bytes: 300 });
  });

  it('removes what killed writers left over, but nothing that may still be written', async () => {
    const folder = await cacheOf([0]);
    for (const [name, days] of [
      [`${keyOf(5)}.0123abcd`, 1],
      [`${keyOf(6)}.0123abcd.tmp`, 1],
      [`${keyOf(7)}.0123abcd`, 0],
    ] as const) {
      writeFileSync(join(folder, '00', name), 'half');
      setAge(join(folder, '00', name), days);
    }
    expect(prune(folder, {})).toEqual({ entries: 2, bytes: 8 });
    expect(cacheStats(folder).kinds.leftovers.entries).toBe(1);
  });
});

describe('clear', () => {
  it('removes the whole cache and nothing beside it', async () => {
    const folder = await cacheOf([0, 40]);
    writeFileSync(join(folder, '..', 'run.json'), '{}');
    expect(clearCache(folder)).toEqual({ entries: 3, bytes: 400 });
    expect(readdirSync(join(folder, '..'))).toEqual(['run.json']);
    expect(clearCache(folder)).toEqual({ entries: 0, bytes: 0 });
  });

  it.each([
    ['a file', (folder: string) => writeFileSync(join(folder, 'notes.txt'), 'mine')],
    ['a folder', (folder: string) => mkdirSync(join(folder, 'src'))],
    ['a file among the entries', (folder: string) => writeFileSync(join(folder, '00', 'mine'), '')],
    ['a file among the vectors', (folder: string) => writeFileSync(join(folder, 'vectors', 'mine'), '')],
    ['a link in the place of entries', (folder: string) => symlinkSync(join(folder, '00'), join(folder, 'ff'))],
    [
      'a link in the place of an entry',
      (folder: string) => symlinkSync(join(folder, '00', keyOf(0)), join(folder, '00', keyOf(9))),
    ],
  ])('touches nothing where it finds %s of others', async (_, put) => {
    const folder = await cacheOf([0]);
    put(folder);
    const before = readdirSync(folder, { recursive: true }).sort();
    expect(() => clearCache(folder)).toThrow('is not a cache that can be emptied');
    expect(readdirSync(folder, { recursive: true }).sort()).toEqual(before);
  });

  it('follows no link', async () => {
    const folder = await cacheOf([0]);
    const link = join(folder, '..', 'link');
    symlinkSync(folder, link);
    expect(() => clearCache(link)).toThrow('it is no folder of its own');
    expect(() => prune(link, { maxBytes: 0 })).toThrow('it is no folder of its own');
    expect(existsSync(join(folder, '00', keyOf(0)))).toBe(true);
  });
});
