import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { holderOf, lockRun } from './run-lock.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'llmci-lock-'));
});
afterEach(() => rm(folder, { recursive: true }));

const lock = (number: number, holder: unknown) => writeFile(join(folder, `lock-${number}`), JSON.stringify(holder));
/** Above all ids that Linux gives out. */
const DEAD = 2 ** 30;

it('is had by one at a time, and by the next when it is let go', async () => {
  const first = await lockRun(folder);
  if (!('release' in first)) throw new Error('nobody had it');
  expect(await lockRun(folder)).toMatchObject({ pid: process.pid, host: hostname() });
  expect(await holderOf(folder)).toMatchObject({ pid: process.pid });
  await first.release();
  expect([await holderOf(folder), await readdir(folder)]).toEqual([null, []]);
  expect(await lockRun(folder)).toHaveProperty('release');
});

it('of many that want it at once no two have it', async () => {
  const taken = await Promise.all(Array.from({ length: 20 }, () => lockRun(folder)));
  expect(taken.filter((one) => 'release' in one).length).toBeLessThanOrEqual(1);
});

it.each([
  ['a dead process', { pid: DEAD, started: null, host: hostname() }],
  ['one that had written nothing yet', null],
])('is taken over from %s', async (_, holder) => {
  await lock(3, holder);
  const taken = await lockRun(folder);
  if (!('release' in taken)) throw new Error('the dead have it');
  await taken.release();
  expect(await readdir(folder)).toEqual([]);
});

it.skipIf(process.platform === 'win32')('is no pipe, which nobody would ever end', async () => {
  execFileSync('/usr/bin/env', ['mkfifo', join(folder, 'lock-1')]);
  const taken = await lockRun(folder);
  if (!('release' in taken)) throw new Error('the pipe has it');
  await taken.release();
  expect(await readdir(folder)).toEqual([]);
});

it.skipIf(process.platform !== 'linux')('is taken over when the id now is that of another process', async () => {
  await lock(1, { pid: process.pid, started: 'another boot 123', host: hostname() });
  expect(await holderOf(folder)).toBeNull();
  expect(await lockRun(folder)).toHaveProperty('release');
});

const elsewhere = { pid: DEAD, started: null, host: 'elsewhere' };
/** Lets a lock be as old as this. */
const age = (number: number, seconds: number) => {
  const written = Date.now() / 1000 - seconds;
  return utimes(join(folder, `lock-${number}`), written, written);
};

it('is left to a process of another machine that was heard of within a minute', async () => {
  await lock(1, { ...elsewhere, beats: true });
  await age(1, 40);
  const holder = await lockRun(folder);
  expect(holder).toMatchObject({ host: 'elsewhere' });
  expect('silentMs' in holder && holder.silentMs).toBeGreaterThanOrEqual(39_000);
});

it('is taken over from a process of another machine that has been silent for a minute', async () => {
  await lock(1, { ...elsewhere, beats: true });
  await age(1, 65);
  expect(await holderOf(folder)).toBeNull();
  const taken = await lockRun(folder);
  if (!('release' in taken)) throw new Error('the dead have it');
  await taken.release();
  expect(await readdir(folder)).toEqual([]);
});

it('is left to a later version that writes more into its lock', async () => {
  await lock(1, { ...elsewhere, beats: true, since: 'x' });
  expect(await lockRun(folder)).toMatchObject({ host: 'elsewhere' });
});

it('is left to one of another machine that never gives a sign, as those of old versions', async () => {
  await lock(1, elsewhere);
  await age(1, 1e6);
  expect(await lockRun(folder)).toMatchObject({ host: 'elsewhere' });
});

it.skipIf(process.platform !== 'linux')('is not taken from another container of the same name', async () => {
  // The id is that of no process here, which means nothing
  await lock(1, { pid: DEAD, started: null, host: hostname(), space: 'pid:[1]', beats: true });
  expect(await lockRun(folder)).toMatchObject({ pid: DEAD, silentMs: expect.any(Number) });
  await age(1, 65);
  expect(await holderOf(folder)).toBeNull();
});

it('gives signs of life until it is let go', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  try {
    const taken = await lockRun(folder);
    if (!('release' in taken)) throw new Error('nobody had it');
    const path = join(folder, 'lock-1');
    const text = await readFile(path, 'utf8');
    await age(1, 50);
    vi.advanceTimersByTime(15_000);
    await vi.waitUntil(async () => Date.now() - (await stat(path)).mtimeMs < 20_000);
    expect(await readFile(path, 'utf8')).toBe(text);
    await taken.release();
    vi.advanceTimersByTime(60_000);
    expect(await readdir(folder)).toEqual([]);
  } finally {
    vi.useRealTimers();
  }
});
