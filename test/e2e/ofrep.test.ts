import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CliProcess, startCli } from '../helpers/cli.js';
import { type DeliveryProject, makeDelivery } from '../helpers/delivery-project.js';

let project: DeliveryProject;
let server: CliProcess;
let address = '';

beforeAll(async () => {
  const rollout = { strategy: 'canary', steps: [{ weight: '30%' }], include: ['qa-team', 'grace'] };
  project = await makeDelivery({ live: { rollout } });
  await project.write('prompts/shop/still.prompt.yaml', {
    model: 'echo/x',
    messages: [{ role: 'user', content: 'Stay {{ name }}' }],
  });
  for (const greeting of ['Hello', 'Good day']) {
    await project.change(greeting);
    await project.llmci('release');
    for (const id of greeting === 'Hello' ? ['reply', 'shop/still'] : ['reply'])
      expect((await project.llmci('promote', id, '--to', 'live')).code).toBe(0);
  }
  server = startCli(['serve', '--env', 'live', '--port', '0'], { cwd: project.dir, timeoutMs: 900_000 });
  address = (await server.waitForOutput(/(http:\S+) serves live/))[1] ?? '';
});
afterAll(async () => {
  server.kill('SIGTERM');
  const { code } = await server.result;
  rmSync(project.dir, { recursive: true });
  expect(code).toBe(0);
});

function ask(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return fetch(`${address}/ofrep/v1/evaluate/flags${path}`, { method: 'POST', body: text, headers });
}

const flag = async (path: string, context: object) => (await ask(path, { context })).json();

it('gives each unit the release that a call of it gets, and says why', async () => {
  const seen = new Set<string>();
  for (let unit = 0; unit < 40; unit++) {
    const told = (await flag('/reply', { targetingKey: `u${unit}` })) as { variant: string };
    const headers = { 'llmci-unit': `u${unit}` };
    const body = JSON.stringify({ prompt: { id: 'reply', variables: { name: 'Ada' } } });
    const called = await fetch(`${address}/v1/responses`, { method: 'POST', headers, body });
    expect(told).toMatchObject({ key: 'reply', reason: 'SPLIT', variant: called.headers.get('llmci-release') });
    seen.add(told.variant);
  }
  expect(seen).toEqual(new Set(['reply@1', 'reply@2']));
  const candidate = {
    variant: 'reply@2',
    reason: 'TARGETING_MATCH',
    metadata: { arm: 'candidate', flagSetId: 'live' },
  };
  expect(await flag('/reply', { targetingKey: 'grace' })).toMatchObject(candidate);
  expect(await flag('/reply', { targetingKey: 'ada', 'llmci-cohort': ['qa-team'] })).toMatchObject(candidate);
  expect(await flag('/reply', { 'llmci-cohort': 'staff, qa-team' })).toMatchObject(candidate);
  expect(await flag('/reply', {})).toMatchObject({ variant: 'reply@1', reason: 'DEFAULT' });
  expect(await flag('/shop%2Fstill', { targetingKey: 'ada' })).toMatchObject({
    ...{ key: 'shop/still', reason: 'STATIC', variant: 'shop/still@1' },
    value: { release: 'shop/still@1', model: 'echo/x', messages: [{ role: 'user', content: 'Stay {{ name }}' }] },
  });
});

it('gives all at once, and says when nothing is new', async () => {
  const context = { targetingKey: 'grace' };
  const first = await ask('', { context });
  expect(await first.json()).toMatchObject({ flags: [{ key: 'reply', variant: 'reply@2' }, { key: 'shop/still' }] });
  const tag = first.headers.get('etag') ?? '';
  expect(tag).toMatch(/^"[\w-]{32}"$/);
  for (const known of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
    const again = await ask('', { context }, { 'if-none-match': known });
    expect([again.status, again.headers.get('etag'), await again.text()]).toEqual([304, tag, '']);
  }
  // Somebody else gets something else
  expect((await ask('', { context: {} }, { 'if-none-match': tag })).status).toBe(200);
});

it('tells what is wrong in the shape of the protocol', async () => {
  const failed = async (path: string, body: unknown) => {
    const got = await ask(path, body);
    return [got.status, await got.json()];
  };
  expect(await failed('/repli', {})).toEqual([
    404,
    {
      ...{ key: 'repli', errorCode: 'FLAG_NOT_FOUND' },
      errorDetails: 'no release of it is live in live (did you mean reply?)',
    },
  ]);
  expect(await failed('/__proto__', {})).toMatchObject([404, { errorCode: 'FLAG_NOT_FOUND' }]);
  expect(await failed('/reply', '{')).toMatchObject([400, { key: 'reply', errorCode: 'PARSE_ERROR' }]);
  expect(await failed('/reply', { context: { targetingKey: 7 } })).toMatchObject([
    ...[400, { key: 'reply', errorCode: 'INVALID_CONTEXT', errorDetails: expect.stringContaining('targetingKey') }],
  ]);
  expect(await failed('', { context: [] })).toMatchObject([400, { errorCode: 'INVALID_CONTEXT' }]);
});

it('is what the SDK of OpenFeature asks for', async () => {
  const app = fileURLToPath(new URL('../helpers/openfeature-app.mjs', import.meta.url));
  const questions = [
    { flag: 'reply', context: { targetingKey: 'grace' } },
    { flag: 'shop/still', context: {} },
    { flag: 'nothing', context: { targetingKey: 'ada' } },
  ];
  const answers = await new Promise<string>((resolve, reject) => {
    const child = execFile(process.execPath, [app, address, 'none'], (error, stdout, stderr) =>
      error ? reject(new Error(stderr, { cause: error })) : resolve(stdout),
    );
    child.stdin?.end(JSON.stringify(questions));
  });
  expect(JSON.parse(answers)).toMatchObject([
    {
      ...{ flagKey: 'reply', variant: 'reply@2', reason: 'TARGETING_MATCH', flagMetadata: { arm: 'candidate' } },
      value: { release: 'reply@2', messages: [{ role: 'user', content: 'Good day {{ name }}' }] },
    },
    { variant: 'shop/still@1', reason: 'STATIC', value: { model: 'echo/x' } },
    { errorCode: 'FLAG_NOT_FOUND', value: { default: true } },
  ]);
});
