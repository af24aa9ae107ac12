import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliProcess, runCli, startCli } from '../helpers/cli.js';
import { type DeliveryProject, makeDelivery } from '../helpers/delivery-project.js';

const SHOP = 'a1-of-the-shop-0123456789';
const CHAT = 'b2-of-the-chat-0123456789';
const ADA = 'c3-of-ada-0123456789abcdef';

let project: DeliveryProject;
let server: CliProcess;
let address = '';

beforeAll(async () => {
  project = await makeDelivery({ live: {} });
  await project.llmci('release');
  await project.llmci('promote', 'reply', '--to', 'live');
  await project.write('clients.txt', `shop:${SHOP}\n`);
  const env = { LLMCI_CLIENT_TOKENS: 'file:clients.txt', LLMCI_ADMIN_TOKENS: `ada:${ADA}` };
  const args = ['serve', '--env', 'live', '--port', '0', '--host', '0.0.0.0'];
  server = startCli(args, { cwd: project.dir, env, timeoutMs: 900_000 });
  const [, port] = await server.waitForOutput(/http:\/\/0\.0\.0\.0:(\d+) serves live/);
  address = `http://127.0.0.1:${port}`;
});
afterAll(async () => {
  server.kill('SIGTERM');
  const { code, stderr, stdout } = await server.result;
  rmSync(project.dir, { recursive: true });
  expect(code).toBe(0);
  for (const token of [SHOP, CHAT, ADA]) expect(stdout + stderr).not.toContain(token);
});

const BODY = JSON.stringify({ prompt: { id: 'reply', variables: { name: 'Ada' } } });

async function ask(method: 'GET' | 'POST', path: string, authorization: string | null): Promise<Response> {
  const headers = authorization === null ? {} : { authorization };
  const body = method === 'POST' ? BODY : null;
  const got = await fetch(address + path, { method, headers, body, signal: AbortSignal.timeout(20_000) });
  return got;
}

const statusOf = async (...args: Parameters<typeof ask>) => {
  const got = await ask(...args);
  await got.body?.cancel();
  return got.status;
};

describe('with tokens', () => {
  it.each([
    ['POST', '/v1/responses', [401, 200, 401]],
    ['POST', '/v1/chat/completions', [401, 200, 401]],
    ['GET', '/metrics', [401, 200, 200]],
    ['GET', '/verdict/reply', [401, 200, 200]],
    ['GET', '/-/status', [401, 401, 200]],
    ['GET', '/-/events', [401, 401, 200]],
    ['GET', '/', [200, 200, 200]],
    ['GET', '/healthz', [200, 200, 200]],
    ['GET', '/readyz', [200, 200, 200]],
  ] as const)('%s %s is for whom it is', async (method, path, expected) => {
    const found: number[] = [];
    for (const token of [null, `Bearer ${SHOP}`, `Bearer ${ADA}`]) found.push(await statusOf(method, path, token));
    expect(found).toEqual(expected);
  });

  it.each([
    ['none', null],
    ['another', 'Bearer a1-of-the-shop-9876543210'],
    ['the beginning of one', `Bearer ${SHOP.slice(0, -1)}`],
    ['one and more', `Bearer ${SHOP}0`],
    ['two', `Bearer ${SHOP} ${SHOP}`],
    ['that of an admin', `Bearer ${ADA}`],
    ['no scheme', SHOP],
    ['another scheme', `Basic ${btoa(`shop:${SHOP}`)}`],
    ['an entry of the file', `Bearer shop:${SHOP}`],
    ['nothing', 'Bearer '],
    ['a name of an object', 'Bearer __proto__'],
    ['a long one', `Bearer ${'x'.repeat(12_000)}`],
  ])('one answer to %s: it says nothing of what is wrong', async (_, authorization) => {
    const got = await ask('POST', '/v1/responses', authorization);
    expect([got.status, got.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect(await got.json()).toEqual({
      error: {
        message: 'this takes a token of the gateway: `Authorization: Bearer TOKEN`',
        type: 'invalid_request_error',
        param: null,
        code: 'invalid_token',
      },
    });
  });

  it('takes it as the password of an address where numbers and verdicts are read', async () => {
    const basic = (token: string) => `Basic ${btoa(`flagger:${token}`)}`;
    expect(await statusOf('POST', '/verdict/reply', basic(SHOP))).toBe(409);
    expect(await statusOf('GET', '/metrics', basic(SHOP))).toBe(200);
    expect(await statusOf('GET', '/metrics', basic('flagger'))).toBe(401);
    expect(await statusOf('GET', '/-/status', basic(ADA))).toBe(401);
  });

  it('takes the scheme in any letters, and answers under the name that it was reached by', async () => {
    expect(await statusOf('POST', '/v1/responses', `bearer ${SHOP}`)).toBe(200);
    const page = await fetch(`${address}/v1/responses`, {
      method: 'POST',
      headers: { authorization: `Bearer ${SHOP}`, origin: 'https://evil.example' },
      body: BODY,
    });
    expect(page.status).toBe(403);
  });

  it('reads the file anew: one token comes, the other goes, and a slip of the pen locks nobody out', async () => {
    const shop = () => statusOf('POST', '/v1/responses', `Bearer ${SHOP}`);
    const chat = () => statusOf('POST', '/v1/responses', `Bearer ${CHAT}`);
    await project.write('clients.txt', `shop:${SHOP}\nchat:${CHAT}\n`);
    await expect.poll(chat, { timeout: 15_000 }).toBe(200);
    expect(await shop()).toBe(200);
    await project.write('clients.txt', `chat:${CHAT}\nshop:short\n`);
    await server.waitForOutput(/clients\.txt: entry 2 has a token of less than 20 characters/);
    expect([await shop(), await chat()]).toEqual([200, 200]);
    await project.write('clients.txt', `chat:${CHAT}\n`);
    await expect.poll(shop, { timeout: 15_000 }).toBe(401);
    // Nobody has one, and that opens nothing
    await project.write('clients.txt', '\n');
    await expect.poll(chat, { timeout: 15_000 }).toBe(401);
    expect(await statusOf('POST', '/v1/responses', null)).toBe(401);
  });
});

describe('does not start', () => {
  it.each<readonly [string, Record<string, string>, readonly string[], string]>([
    ['for other machines without tokens', {}, ['--host', '0.0.0.0'], 'nothing asks them who they are'],
    ['for other machines by IPv6', {}, ['--host', '::'], 'nothing asks them who they are'],
    [
      'for other machines with tokens of admins only',
      { LLMCI_ADMIN_TOKENS: `ada:${ADA}` },
      ['--host', '0.0.0.0'],
      'nothing asks them who they are',
    ],
    [
      'with a token that could be guessed',
      { LLMCI_CLIENT_TOKENS: 'shop:hunter2hunter2' },
      [],
      'less than 20 characters',
    ],
    ['with a token of nobody', { LLMCI_CLIENT_TOKENS: SHOP }, [], 'entry 1 is not NAME:TOKEN'],
    ['without any', { LLMCI_CLIENT_TOKENS: ' , ' }, [], 'there is no token'],
    ['without the file', { LLMCI_CLIENT_TOKENS: 'file:gone.txt' }, [], 'gone.txt: the file cannot be read (ENOENT)'],
    [
      'with an admin who is a client',
      { LLMCI_CLIENT_TOKENS: `shop:${SHOP}`, LLMCI_ADMIN_TOKENS: `ada:${SHOP}` },
      [],
      'a token is in LLMCI_CLIENT_TOKENS too',
    ],
  ])('%s', async (_, env, more, why) => {
    const args = ['serve', '--env', 'live', '--port', '0', ...more];
    const { code, stderr } = await runCli(args, { cwd: project.dir, env });
    expect([code, stderr]).toEqual([2, expect.stringContaining(why)]);
    expect(stderr).not.toContain('hunter2');
    expect(stderr).not.toContain(SHOP);
  });
});
