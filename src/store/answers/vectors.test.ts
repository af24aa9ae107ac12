import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeProject } from '../../../test/helpers/project.js';
import { cachePolicyOf } from '../../model/cache.js';
import { EntryStore } from './entry-store.js';
import { Vectors } from './vectors.js';

const vector = Float32Array.from([0.1, -2, 1e-30, 0]);

function storeIn(folder: string): EntryStore {
  return new EntryStore(folder, cachePolicyOf(undefined));
}

function onlyFile(folder: string): string {
  const [path] = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.length > 60);
  return join(folder, path ?? 'no file');
}

it('gives back what was put, to the last bit, to another process too', async () => {
  const { dir } = await makeProject();
  await new Vectors(storeIn(dir), 'a/model').put('héllo 😀', vector);
  expect(await new Vectors(storeIn(dir), 'a/model').get('héllo 😀')).toEqual(vector);
});

it('tells engines and texts apart, half characters too', async () => {
  const { dir } = await makeProject();
  const vectors = new Vectors(storeIn(dir), 'a/model');
  await vectors.put('\ud800', vector);
  expect(await vectors.get('\ud801')).toBeNull();
  expect(await new Vectors(storeIn(dir), 'another/model').get('\ud800')).toBeNull();
});

it('takes a damaged or cut file for a miss, and mends it', async () => {
  const { dir } = await makeProject();
  const vectors = new Vectors(storeIn(dir), 'a/model');
  await vectors.put('a', vector);
  const path = onlyFile(dir);
  const whole = readFileSync(path);
  for (const bytes of [
    whole.subarray(0, 40),
    whole.subarray(0, 10),
    Buffer.alloc(0),
    Buffer.from(whole).fill(1, 66, 67),
  ]) {
    writeFileSync(path, bytes);
    expect(await vectors.get('a')).toBeNull();
  }
  await vectors.put('a', vector);
  expect(await vectors.get('a')).toEqual(vector);
});

it('goes on where nothing can be written', async () => {
  const { dir, write } = await makeProject();
  await write('file', 'no folder');
  const vectors = new Vectors(storeIn(join(dir, 'file')), 'a/model');
  await vectors.put('a', vector);
  expect(await vectors.get('a')).toBeNull();
});
