import { rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { afterThisTest } from '../../test/helpers/cleanup.js';
import { makeProject } from '../../test/helpers/project.js';
import { knownSecrets } from '../core/text/redact.js';
import type { ModelRequest } from '../model/request.js';
import { providerEntry } from '../providers/contract/entry.js';
import { openai } from '../providers/openai.js';
import { openKeyed } from './keyed-provider.js';
import { realWorld } from './world.js';

const ASKED: ModelRequest = {
  model: 'model-1',
  parameters: {},
  messages: [{ role: 'user', content: 'Hello' }],
  tools: [],
  output: { format: 'text' },
  vars: {},
};

/** A service that takes some keys, and a provider of it whose keys stand in files. */
async function makeKeyed(apiKey: string | readonly string[], files: Record<string, string>, env = {}) {
  const project = await makeProject(files);
  const taken = new Set<string>();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const key = request.headers.authorization?.replace('Bearer ', '') ?? '';
    asked.push(key);
    request.resume().on('end', () => {
      response.writeHead(taken.has(key) ? 200 : 401, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify(
          taken.has(key)
            ? { model: 'model-1', choices: [{ message: { role: 'assistant', content: key }, finish_reason: 'stop' }] }
            : { error: { message: `Incorrect API key provided: ${key}` } },
        ),
      );
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  afterThisTest(() => new Promise<void>((done) => void server.close(() => done())));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  const entry = providerEntry('fake', openai, { type: 'openai', baseUrl, apiKey });
  const known = knownSecrets([]);
  const said: string[] = [];
  const world = realWorld(env);
  const provider = await openKeyed(entry, { root: project.dir, world, known }, (text) => said.push(text));
  const ask = async () => (await provider.complete(ASKED, { signal: new AbortController().signal })).text;
  return { ask, asked, taken, said, known, path: project.path, close: () => provider.close?.() };
}

describe('openKeyed', () => {
  it('uses the second key when the first is refused, and goes on with it', async () => {
    const { ask, taken, asked, said } = await makeKeyed(['env:ONE', 'env:TWO'], {}, { ONE: 'key-one', TWO: 'key-two' });
    taken.add('key-one').add('key-two');
    expect(await ask()).toBe('key-one');
    taken.delete('key-one');
    expect(await ask()).toBe('key-two');
    expect(await ask()).toBe('key-two');
    expect(asked).toEqual(['key-one', 'key-one', 'key-two', 'key-two']);
    expect(said).toEqual(['fake: the key in ONE is refused; from now on that in TWO is used']);
  });

  it('comes back to the first when the second is refused in its turn', async () => {
    const { ask, taken } = await makeKeyed(['env:ONE', 'env:TWO'], {}, { ONE: 'key-one', TWO: 'key-two' });
    taken.add('key-two');
    expect(await ask()).toBe('key-two');
    taken.delete('key-two');
    taken.add('key-one');
    expect(await ask()).toBe('key-one');
  });

  it('says that none is taken, and repeats none of them', async () => {
    const { ask } = await makeKeyed(['env:ONE', 'env:TWO'], {}, { ONE: 'key-one', TWO: 'key-two' });
    const error = await ask().then(String, (thrown: Error) => thrown.message);
    expect(error).toMatch(/^none of its 2 keys is taken: .*\[redacted\]/);
    expect(error).not.toMatch(/key-one|key-two/);
  });

  it('goes on with the second where the first is not there, and the other way round', async () => {
    const first = await makeKeyed(['env:ONE', 'env:TWO'], {}, { TWO: 'key-two' });
    first.taken.add('key-two');
    expect(await first.ask()).toBe('key-two');
    expect(first.said).toEqual(['fake: the key in ONE is not there; from now on that in TWO is used']);
    const second = await makeKeyed(['env:ONE', 'file:none'], {}, { ONE: 'key-one' });
    second.taken.add('key-one');
    expect(await second.ask()).toBe('key-one');
  });

  it('reads a file anew when it changes, knows the new key before it is used, and keeps the old one in mind', async () => {
    const { ask, taken, path, known } = await makeKeyed('file:key', { key: 'key-one\n' });
    taken.add('key-one').add('key-two');
    expect(await ask()).toBe('key-one');
    writeFileSync(path('key'), 'key-two\n');
    expect(await ask()).toBe('key-two');
    expect(known.redact('key-one and key-two')).toBe('[redacted] and [redacted]');
  });

  it('goes on with what a file held while that is empty or away', async () => {
    const { ask, taken, path } = await makeKeyed('file:key', { key: 'key-one' });
    taken.add('key-one').add('key-two');
    await ask();
    writeFileSync(path('key'), '');
    expect(await ask()).toBe('key-one');
    rmSync(path('key'));
    expect(await ask()).toBe('key-one');
    writeFileSync(path('key'), 'key-two');
    expect(await ask()).toBe('key-two');
  });

  it('asks again when the file was written anew while its old key was being refused', async () => {
    const { ask, asked, taken, path } = await makeKeyed('file:key', { key: 'key-one' });
    taken.add('key-two');
    const answer = ask();
    writeFileSync(path('key'), 'key-two');
    expect(await answer).toBe('key-two');
    expect(asked).toEqual(['key-one', 'key-two']);
  });

  it('asks with a key that is refused once, where there is no other', async () => {
    const { ask, asked } = await makeKeyed('file:key', { key: 'key-one' });
    await expect(ask()).rejects.toMatchObject({ kind: 'auth' });
    expect(asked).toEqual(['key-one']);
  });

  it('takes up calls at once with the key that is taken, however many were refused together', async () => {
    const { ask, taken, asked } = await makeKeyed(['env:ONE', 'env:TWO'], {}, { ONE: 'key-one', TWO: 'key-two' });
    taken.add('key-two');
    expect(await Promise.all([ask(), ask(), ask()])).toEqual(['key-two', 'key-two', 'key-two']);
    asked.length = 0;
    await ask();
    expect(asked).toEqual(['key-two']);
  });
});
