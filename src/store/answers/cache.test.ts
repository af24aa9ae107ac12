import { readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeProject } from '../../../test/helpers/project.js';
import { type CachePolicy, cachePolicyOf } from '../../model/cache.js';
import type { FinishReason, RecordedAnswer } from '../../model/output.js';
import { Cache } from './cache.js';
import { EntryStore } from './entry-store.js';

const KEY = 'a'.repeat(64);
const DAY = '2026-01-30';
const NOW = Date.UTC(2026, 0, 31);

function answer(changes: Partial<RecordedAnswer> = {}): RecordedAnswer {
  return {
    text: 'Yes, within 30 days. 😀',
    toolCalls: [{ name: 'look', arguments: { id: 7 } }],
    usage: { inputTokens: 12, outputTokens: 6 },
    finishReason: 'stop',
    servedModel: 'm-1',
    latencyMs: 800,
    ...changes,
  };
}

async function open(policy: Partial<CachePolicy> = {}, folder?: string) {
  const dir = folder ?? (await makeProject()).dir;
  const cache = new Cache(new EntryStore(dir, { ...cachePolicyOf(undefined), ...policy }, () => NOW));
  return { dir, cache, path: join(dir, 'aa', KEY) };
}

describe('the cache', () => {
  it('gives back what was put, to another process too', async () => {
    const { dir, cache } = await open();
    expect(cache.get(KEY)).toBeNull();
    expect(await cache.put(KEY, answer(), DAY)).toBe(true);
    expect((await open({}, dir)).cache.get(KEY)).toEqual({ answer: answer(), made: DAY });
  });

  it.each<[FinishReason | null, boolean]>([
    ['stop', true],
    ['tool-calls', true],
    ['refusal', true],
    [null, true],
    ['length', false],
    ['content-filter', false],
    ['other', false],
  ])('of answers that ended by %s: kept %s', async (finishReason, kept) => {
    const { cache } = await open();
    expect(await cache.put(KEY, answer({ finishReason }), DAY)).toBe(kept);
    expect(cache.get(KEY) !== null).toBe(kept);
  });

  it('never gives back what is damaged, wherever the damage is, and mends it', async () => {
    const { cache, path } = await open();
    await cache.put(KEY, answer(), DAY);
    const whole = readFileSync(path);
    const damage = fc.oneof(
      fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 })).map(([at, change]) => {
        const bytes = Buffer.from(whole);
        bytes[at] = (bytes[at] ?? 0) ^ change;
        return bytes;
      }),
      fc.nat(whole.length - 1).map((length) => whole.subarray(0, length)),
      fc.uint8Array({ minLength: 1 }).map((more) => Buffer.concat([whole, more])),
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    );
    await fc.assert(
      fc.asyncProperty(damage, async (bytes) => {
        writeFileSync(path, bytes);
        expect(cache.get(KEY)).toBeNull();
        expect(await cache.put(KEY, answer(), DAY)).toBe(true);
        expect(cache.get(KEY)).toEqual({ answer: answer(), made: DAY });
      }),
    );
  });

  it('takes an entry that is whole and none of an answer for a miss', async () => {
    const { dir, cache } = await open();
    for (const body of ['{"text":1}', 'no JSON', '']) {
      await new EntryStore(dir, cachePolicyOf(undefined)).put(KEY, body);
      expect(cache.get(KEY)).toBeNull();
    }
  });

  it('does not know the day of what an llmci has kept that wrote none', async () => {
    const { dir, cache } = await open();
    await new EntryStore(dir, cachePolicyOf(undefined)).put(KEY, JSON.stringify(answer()));
    expect(cache.get(KEY)).toEqual({ answer: answer(), made: null });
  });

  it('keeps to its ttl, by the time of the file', async () => {
    const { cache, path } = await open({ ttlMs: 60_000 });
    await cache.put(KEY, answer(), DAY);
    const age = (ms: number) => utimesSync(path, new Date(NOW - ms), new Date(NOW - ms));
    age(59_000);
    expect(cache.get(KEY)).toEqual({ answer: answer(), made: DAY });
    age(61_000);
    expect(cache.get(KEY)).toBeNull();
    // A clock that was set back
    age(-61_000);
    expect(cache.get(KEY)).toEqual({ answer: answer(), made: DAY });
  });

  it('reads and writes as it is told', async () => {
    const { dir, cache } = await open({ read: false });
    expect(await cache.put(KEY, answer(), DAY)).toBe(true);
    expect(cache.get(KEY)).toBeNull();
    const reader = (await open({ write: false }, dir)).cache;
    expect(reader.get(KEY)).toEqual({ answer: answer(), made: DAY });
    expect(await reader.put('b'.repeat(64), answer(), DAY)).toBe(false);
  });

  it('leaves nothing but the entry, and goes on where the folder is cleared or cannot be', async () => {
    const { dir, cache } = await open();
    await cache.put(KEY, answer(), DAY);
    rmSync(join(dir, 'aa'), { recursive: true });
    expect(await cache.put(KEY, answer(), DAY)).toBe(true);
    expect(readdirSync(join(dir, 'aa'))).toEqual([KEY]);
    writeFileSync(join(dir, 'file'), '');
    const broken = (await open({}, join(dir, 'file'))).cache;
    expect(await broken.put(KEY, answer(), DAY)).toBe(false);
    expect(broken.get(KEY)).toBeNull();
  });

  it('never shows a torn entry while several write and read it', async () => {
    const { dir } = await open();
    const long = (n: number) => answer({ text: String(n).repeat(20_000) });
    const caches = await Promise.all([1, 2, 3, 4].map(async () => (await open({}, dir)).cache));
    let seen = 0;
    await Promise.all(
      caches.map(async (cache, n) => {
        for (let round = 0; round < 20; round++) {
          await cache.put(KEY, long(n), DAY);
          const found = cache.get(KEY);
          expect(found?.answer.text).toMatch(/^(\d)\1{19999}$/);
          seen++;
        }
      }),
    );
    expect(seen).toBe(80);
  });
});
