import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { afterThisTest } from '../helpers/cleanup.js';
import { runCli, startCli } from '../helpers/cli.js';
import { makeDelivery } from '../helpers/delivery-project.js';

const KEYS = {
  base: 'k-of-evaluations-1234',
  now: 'k-of-production-5678',
  next: 'k-of-production-9012',
  later: 'k-of-production-3456',
};

/** A service that takes some keys, and says in its answers which one it was asked with: it is hostile. */
async function startService() {
  const taken = new Set<string>();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const key = request.headers.authorization?.replace('Bearer ', '') ?? '';
    asked.push(key);
    const isTaken = taken.has(key);
    const message = { role: 'assistant', content: `Ada, asked with ${key}` };
    request.resume().on('end', () => {
      response.writeHead(isTaken ? 200 : 401, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify(
          isTaken
            ? { model: 'm', choices: [{ message, finish_reason: 'stop' }] }
            : { error: { message: `wrong key ${key}` } },
        ),
      );
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  afterThisTest(() => new Promise<void>((done) => void server.close(() => done())));
  return { taken, asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1` };
}

async function makeKeyed(url: string) {
  const project = await makeDelivery({
    production: { providers: { gpt: { apiKey: ['file:secrets/now', 'file:secrets/next'], maxAge: '90d' } } },
  });
  const config = await project.read('llmci.yaml');
  const entry = `providers:\n  gpt: { type: openai, baseUrl: "${url}", apiKey: [env:GPT_KEY, env:GPT_NEXT] }\n`;
  await project.write('llmci.yaml', config + entry);
  await project.write('.gitignore', '.llmci/\nreleases/\nsecrets/\n');
  await project.write('secrets/now', KEYS.now);
  await project.write('secrets/next', KEYS.next);
  await project.write('prompts/reply.prompt.yaml', {
    model: 'gpt/m',
    messages: [{ role: 'user', content: 'Hello {{ name }}' }],
  });
  await project.commit('keys');
  return project;
}

describe('keys of an environment', () => {
  it('are asked with by serve: a rotation without a restart, and none of them shown or kept anywhere', async () => {
    const { taken, asked, url } = await startService();
    for (const key of Object.values(KEYS)) taken.add(key);
    const project = await makeKeyed(url);
    const env = { GPT_KEY: KEYS.base };
    const said: string[] = [];
    for (const args of [
      ['eval', '--quiet'],
      ['release'],
      ['promote', 'reply', '--to', 'production'],
      ['status'],
      ['audit'],
      ['history'],
      ['export', 'production', '--format', 'json'],
    ]) {
      const { code, stdout, stderr } = await runCli(args, { cwd: project.dir, env });
      said.push(stdout, stderr);
      expect(code, stderr).toBe(0);
    }
    expect(new Set(asked)).toEqual(new Set([KEYS.base]));
    asked.length = 0;
    const server = startCli(['serve', '--env', 'production', '--port', '0'], {
      cwd: project.dir,
      env,
      timeoutMs: 120_000,
    });
    const address = (await server.waitForOutput(/(http:\S+) serves/))[1];
    const ask = async () => {
      const body = JSON.stringify({ prompt: { id: 'reply', variables: { name: 'Ada' } } });
      const response = await fetch(`${address}/v1/responses`, { method: 'POST', body });
      said.push(await response.text());
      return response.status;
    };
    expect(await ask()).toBe(200);
    taken.delete(KEYS.now);
    expect(await ask()).toBe(200);
    writeFileSync(project.path('secrets/next'), KEYS.later);
    taken.delete(KEYS.next);
    expect(await ask()).toBe(200);
    expect(asked).toEqual([KEYS.now, KEYS.now, KEYS.next, KEYS.later]);
    taken.clear();
    expect(await ask()).toBeGreaterThanOrEqual(500);
    server.kill('SIGTERM');
    const { stdout, stderr } = await server.result;
    expect(stderr).toContain('gpt: the key in secrets/now is refused; from now on that in secrets/next is used');
    const files = (await project.list()).filter((path) => !/^(?:secrets|\.git)\//.test(path));
    const kept = await Promise.all(files.map((path) => readFile(project.path(path), 'latin1')));
    // What the service itself says to its client is the client's; it asked with no key of ours to see
    const all = [...kept, ...said.filter((text) => !text.includes('Ada, asked with')), stdout, stderr].join('\n');
    for (const key of Object.values(KEYS)) expect(all).not.toContain(key);
    // Nor where a key is read from: that is no matter of releases
    for (const path of files.filter((each) => each.startsWith('releases/')))
      expect(await project.read(path)).not.toMatch(/secrets\/|GPT_KEY/);
  });

  it('rotate in eval too', async () => {
    const { taken, asked, url } = await startService();
    taken.add(KEYS.next);
    const project = await makeKeyed(url);
    const env = { GPT_KEY: KEYS.base, GPT_NEXT: KEYS.next };
    const { code, stdout } = await runCli(['eval'], { cwd: project.dir, env });
    expect(code, stdout).toBe(0);
    expect(asked).toEqual([KEYS.base, KEYS.next]);
    taken.clear();
    const refused = await runCli(['eval', '--no-cache'], { cwd: project.dir, env });
    expect(refused.code).toBe(3);
    expect(refused.stdout + refused.stderr).toContain('none of its 2 keys is taken');
    expect(refused.stdout + refused.stderr).not.toMatch(/k-of-/);
  });

  it('are checked where they stand', async () => {
    const project = await makeDelivery({
      production: {
        providers: {
          gtp: { apiKey: 'env:A' },
          echo: { apiKey: 'env:B' },
          gpt: { apiKey: ['env:A', 'sk-written-out'] },
        },
      },
    });
    const config = await project.read('llmci.yaml');
    await project.write('llmci.yaml', `${config}providers: { gpt: { type: openai, apiKey: env:GPT_KEY } }\n`);
    const { code, stderr } = await project.llmci('validate');
    expect(code).toBe(2);
    expect(stderr).toContain('llmci.yaml:11:13  a key is never written here: use env:NAME or file:PATH');
    await project.write('llmci.yaml', (await project.read('llmci.yaml')).replace('sk-written-out', 'env:C'));
    const { stderr: more } = await project.llmci('validate');
    expect(more).toContain('unknown provider gtp (did you mean gpt?)');
    expect(more).toContain('a provider of type echo has no apiKey');
    // A rollback waits for no key
    expect((await project.llmci('status')).code).toBe(0);
  });
});
