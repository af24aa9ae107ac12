import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { makeCanary } from '../../test/helpers/canary-project.js';
import { afterThisTest } from '../../test/helpers/cleanup.js';
import { runCli } from '../../test/helpers/cli.js';
import { realWorld } from '../calls/world.js';
import { openDelivery } from './delivery.js';
import { Hooks } from './hooks.js';
import { steerRollout } from './steer.js';

/** A webhook, and what it has heard. */
async function startHook(status = 200) {
  const heard: Record<string, unknown>[] = [];
  const server = createServer((incoming, response) => {
    let text = '';
    incoming.on('data', (piece) => {
      text += piece;
    });
    incoming.on('end', () => {
      heard.push(JSON.parse(text));
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterThisTest(() => void server.close());
  return { heard, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook/secret-of-the-address` };
}

/** A program that adds what it is told to a file, and what it has been given. */
const PROGRAM = `
  let text = '';
  process.stdin.on('data', (piece) => { text += piece; });
  process.stdin.on('end', () => {
    require('node:fs').appendFileSync('told.jsonl', JSON.stringify({ ...JSON.parse(text), has: Object.keys(process.env) }) + '\\n');
  });`;

it('hear once of each line about a rollout, whatever becomes of the other hooks', async () => {
  const [good, bad] = [await startHook(), await startHook(500)];
  const project = await makeCanary();
  const hooks = [
    { webhook: 'env:BAD_HOOK' },
    { webhook: 'env:NO_HOOK' },
    { exec: ['no-such-program', 'ops/tell.mjs', 'x'] },
    { exec: [process.execPath, '-e', PROGRAM] },
    { webhook: 'env:GOOD_HOOK' },
  ];
  await project.write('llmci.yaml', { environments: { dev: { rollout: { strategy: 'canary' }, notify: hooks } } });
  const key = 'sk-live-4711-of-a-vendor';
  const env = { GOOD_HOOK: good.url, BAD_HOOK: bad.url, OPENAI_API_KEY: key };
  const llmci = (...args: string[]) => runCli(args, { cwd: project.dir, env });
  const paused = await llmci('rollout', 'dev', 'pause', '--reason', `the key ${key} was revoked`);
  expect(paused.code).toBe(0);
  expect(paused.stderr).toContain('the webhook env:BAD_HOOK was not told of the pause in dev: it answered HTTP 500');
  expect(paused.stderr).toContain('the webhook env:NO_HOOK was not told of the pause in dev: the variable is not set');
  expect(paused.stderr).toContain('the program no-such-program ops/tell.mjs was not told');
  expect(paused.stderr).not.toContain('secret-of-the-address');
  await llmci('rollout', 'dev', '--weight', '10%');
  await llmci('rollout', 'dev', 'resume');
  await llmci('rollback', 'reply', '--in', 'dev', '--reason', 'slow');
  expect(good.heard.map(({ event, line, releases }) => [event, line, releases])).toEqual([
    ['pause', 3, ['reply@2']],
    ['step', 4, ['reply@2']],
    ['rollback', 6, ['reply@2']],
  ]);
  expect(good.heard[0]).toMatchObject({
    ...{ llmci: 1, environment: 'dev', reason: 'the key [redacted] was revoked' },
    text: 'paused the rollout of line 2 (reply@2) in dev: the key [redacted] was revoked',
  });
  const told = (await project.read('told.jsonl')).trim().split('\n');
  expect(told).toHaveLength(3);
  expect(told.join()).not.toContain(key);
  expect((JSON.parse(told[0] ?? '') as { has: string[] }).has).not.toContain('OPENAI_API_KEY');
});

it('are given up when they take too long, and hold nothing up', async () => {
  const project = await makeCanary();
  const hang = [process.execPath, '-e', 'setInterval(() => {}, 1000)'];
  await project.write('llmci.yaml', {
    environments: { dev: { rollout: { strategy: 'canary' }, notify: [{ exec: hang }] } },
  });
  const said: string[] = [];
  const waiting: (() => void)[] = [];
  const later = (_: number, act: () => void) => {
    waiting.push(act);
    return () => undefined;
  };
  const hooks = new Hooks(project.dir, { ...realWorld(), later }, (message) => void said.push(message));
  const delivery = await openDelivery(project.dir, {}, () => new Date('2035-01-01'), hooks);
  const by = { name: 'ada', via: 'git' } as const;
  const steered = { environment: 'dev', prompt: null, by, reason: null };
  expect(await steerRollout(delivery, { action: 'abort' }, steered)).toMatchObject({ action: 'abort' });
  expect(said).toEqual([]);
  for (const act of waiting) act();
  await hooks.settled();
  expect(said).toEqual([expect.stringMatching(/was not told of the abort in dev: it took longer than 10 s$/)]);
});

it('have an address that stands in no file', async () => {
  const project = await makeCanary();
  await project.write('llmci.yaml', {
    environments: { dev: { notify: [{ webhook: 'https://hooks.example/secret' }] } },
  });
  const { code, stderr } = await project.llmci('rollout', 'dev');
  expect(code).toBe(2);
  expect(stderr).toContain('llmci.yaml');
});

it('have errors without what they were given, whatever the variables are called', async () => {
  const project = await makeCanary();
  const [word, path, user] = ['thoroughly-ordinary', 'services-4711-part', 'ada-of-the-hooks'];
  await project.write('llmci.yaml', {
    environments: {
      dev: {
        notify: [{ exec: [`./no-${word}`], env: ['REGION'] }, { webhook: 'env:ORDINARY' }, { webhook: 'env:BROKEN' }],
      },
    },
  });
  const env = {
    REGION: word,
    ORDINARY: `http://${user}@127.0.0.1:1/${path}`,
    BROKEN: `http://127.0.0.1:99999/${path}`,
  };
  const { code, stderr } = await runCli(['rollout', 'dev', 'abort', '--reason', 'slow'], { cwd: project.dir, env });
  expect(code).toBe(0);
  expect(stderr.replace(/\s+/g, ' ')).toMatch(/program .*REDACTED|program .*redacted/);
  for (const given of [word, path, user]) expect(stderr).not.toContain(given);
});
