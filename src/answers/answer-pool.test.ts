import { describe, expect, it } from 'vitest';
import { makeProject } from '../../test/helpers/project.js';
import { type CachePolicy, cachePolicyOf } from '../model/cache.js';
import type { RecordedAnswer } from '../model/output.js';
import { Cache } from '../store/answers/cache.js';
import { EntryStore } from '../store/answers/entry-store.js';
import { AnswerPool } from './answer-pool.js';

const KEY = 'a'.repeat(64);
const TODAY = new Date('2026-11-29T10:00:00.000Z');
const OF_A_MODEL = { shared: true, kept: true };

function answer(changes: Partial<RecordedAnswer> = {}): RecordedAnswer {
  const usage = { inputTokens: 1, outputTokens: 1 };
  return { text: 'yes', toolCalls: [], usage, finishReason: 'stop', servedModel: null, latencyMs: 1, ...changes };
}

/** A service that counts its calls; each is answered in a later turn. */
function service(result: RecordedAnswer | Error = answer()) {
  const counts = { calls: 0 };
  const call = async () => {
    counts.calls++;
    await new Promise((resolve) => setImmediate(resolve));
    if (result instanceof Error) throw result;
    return result;
  };
  return { counts, call };
}

async function cacheWith(policy: Partial<CachePolicy> = {}): Promise<Cache> {
  const { dir } = await makeProject();
  return new Cache(new EntryStore(dir, { ...cachePolicyOf(undefined), ...policy }));
}

describe('equal requests', () => {
  const caches: [string, () => Promise<Cache | null>][] = [
    ['with a cache', () => cacheWith()],
    ['without a cache', async () => null],
    ['with a cache that only reads', () => cacheWith({ write: false })],
    ['with a cache that only writes', () => cacheWith({ read: false })],
  ];

  it.each(caches)('are one call %s, at once and later', async (_, open) => {
    const pool = new AnswerPool(await open(), TODAY);
    const { counts, call } = service();
    const first = await Promise.all([1, 2, 3].map(() => pool.get(KEY, call, OF_A_MODEL)));
    const later = await pool.get(KEY, call, OF_A_MODEL);
    expect(counts.calls).toBe(1);
    expect([...first, later].map(({ source }) => source)).toEqual(['live', 'cache', 'cache', 'cache']);
    expect([...first, later].map(({ shared }) => shared)).toEqual([false, true, true, true]);
    expect(later).toMatchObject({ answer: answer(), made: '2026-11-29' });
  });

  it('of another day tell which', async () => {
    const cache = await cacheWith();
    await cache.put(KEY, answer(), '2026-10-01');
    const pool = new AnswerPool(cache, TODAY);
    const { call } = service();
    expect(await pool.get(KEY, call, OF_A_MODEL)).toMatchObject({
      ...{ source: 'cache', made: '2026-10-01', shared: false },
    });
    const both = await Promise.all([1, 2].map(() => pool.get(KEY, call, OF_A_MODEL)));
    expect(both.map(({ shared }) => shared)).toEqual([false, false]);
  });

  it('of an app are as many calls', async () => {
    const pool = new AnswerPool(await cacheWith(), TODAY);
    const { counts, call } = service();
    await Promise.all([1, 2].map(() => pool.get(KEY, call, { shared: false, kept: false })));
    expect((await pool.get(KEY, call, { shared: false, kept: false })).source).toBe('live');
    expect(counts.calls).toBe(3);
  });

  it('to a judge that is an app are one call at once, and another later', async () => {
    const pool = new AnswerPool(await cacheWith(), TODAY);
    const { counts, call } = service();
    await Promise.all([1, 2].map(() => pool.get(KEY, call, { shared: true, kept: false })));
    expect(counts.calls).toBe(1);
    await pool.get(KEY, call, { shared: true, kept: false });
    expect(counts.calls).toBe(2);
  });

  it('fail together, and are tried again later', async () => {
    const pool = new AnswerPool(null, TODAY);
    const { counts, call } = service(new Error('down'));
    const outcomes = await Promise.allSettled([1, 2].map(() => pool.get(KEY, call, OF_A_MODEL)));
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(counts.calls).toBe(1);
    await expect(pool.get(KEY, call, OF_A_MODEL)).rejects.toThrow('down');
    expect(counts.calls).toBe(2);
  });

  it('whose answer was cut short are asked again', async () => {
    const pool = new AnswerPool(null, TODAY);
    const { counts, call } = service(answer({ finishReason: 'length' }));
    await pool.get(KEY, call, OF_A_MODEL);
    await pool.get(KEY, call, OF_A_MODEL);
    expect(counts.calls).toBe(2);
  });
});

it('what is remembered without a cache has a limit, and the oldest goes first', async () => {
  const pool = new AnswerPool(null, TODAY);
  const { counts, call } = service(answer({ text: 'x'.repeat(5_000_000) }));
  for (const n of [1, 2, 3, 4]) await pool.get(`${n}`, call, OF_A_MODEL);
  expect(counts.calls).toBe(4);
  expect((await pool.get('4', call, OF_A_MODEL)).source).toBe('cache');
  expect((await pool.get('1', call, OF_A_MODEL)).source).toBe('live');
});
