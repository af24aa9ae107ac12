import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
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

it.skipIf(process.platform !== 'linux')('is taken over when the id now is that of another process', async () => {
  await lock(1, { pid: process.pid, started: 'another boot 123', host: hostname() });
  expect(await holderOf(folder)).toBeNull();
  expect(await lockRun(folder)).toHaveProperty('release');
});

it('is left to a process of another machine, which cannot be asked', async () => {
  await lock(1, { pid: DEAD, started: null, host: 'elsewhere' });
  expect(await lockRun(folder)).toMatchObject({ host: 'elsewhere' });
});
