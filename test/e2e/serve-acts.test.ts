import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeCanary } from '../helpers/canary-project.js';
import { type CliProcess, runCli, startHere } from '../helpers/cli.js';
import type { DeliveryProject } from '../helpers/delivery-project.js';

const SHOP = 'a1-of-the-shop-0123456789';
const ADA = 'c3-of-ada-0123456789abcdef';

let project: DeliveryProject;
let server: CliProcess;
let address = '';

beforeEach(async () => {
  project = await makeCanary();
  const env = { LLMCI_CLIENT_TOKENS: `shop:${SHOP}`, LLMCI_ADMIN_TOKENS: `ada:${ADA}` };
  server = startHere(['serve', '--env', 'dev', '--port', '0'], { cwd: project.dir, env });
  address = (await server.waitForOutput(/(http:\S+) serves dev/))[1] ?? '';
});
afterEach(async () => {
  server.kill('SIGTERM');
  const { code, stderr, stdout } = await server.result;
  rmSync(project.dir, { recursive: true });
  expect(code).toBe(0);
  for (const token of [SHOP, ADA]) expect(stdout + stderr).not.toContain(token);
});

async function act(name: string, body: unknown, token = ADA) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const got = await fetch(`${address}/-/${name}`, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: got.status, told: (await got.json()) as { error?: { code: string; message: string } } & object };
}

const codeOf = async (...args: Parameters<typeof act>) => {
  const { status, told } = await act(...args);
  return [status, told.error?.code];
};

/** Whom the newest line names, and what it says. */
async function lastLine() {
  const lines = (await project.read('releases/environments/dev.jsonl')).trim().split('\n');
  return JSON.parse(lines.at(-1) ?? '') as { action: string; by: object; reason?: string };
}

/** Which releases answer ten units. */
async function served(): Promise<ReadonlySet<string | null>> {
  const headers = { authorization: `Bearer ${SHOP}` };
  const answers = Array.from({ length: 10 }, (_, unit) =>
    fetch(`${address}/v1/responses`, {
      ...{ method: 'POST', headers: { ...headers, 'llmci-unit': `u${unit}` } },
      body: JSON.stringify({ prompt: { id: 'reply', variables: { name: 'Ada' } } }),
    }),
  );
  return new Set((await Promise.all(answers)).map((got) => got.headers.get('llmci-release')));
}

describe('acts of admins', () => {
  it('steer a rollout, and the ledger says whose token it was', async () => {
    expect(await served()).toEqual(new Set(['reply@1', 'reply@2']));
    expect(await act('pause', { reason: 'lunch' })).toMatchObject({ status: 200, told: { action: 'pause' } });
    expect(await lastLine()).toMatchObject({ action: 'pause', by: { name: 'ada', via: 'token' }, reason: 'lunch' });
    expect((await act('resume', { prompt: 'reply' })).status).toBe(200);
    expect(await act('weight', { weight: 0 })).toMatchObject({ status: 200, told: { action: 'step', weight: 0 } });
    // What is written is served already
    expect(await served()).toEqual(new Set(['reply@1']));
    const refused = await act('complete', {});
    expect(refused).toMatchObject({ status: 409, told: { error: { code: 'not_proven' } } });
    expect(refused.told.error?.message).toMatch(/^the live gates of reply@2 have not passed: .+ Nothing was changed/);
    expect(await act('complete', { force: true })).toMatchObject({ status: 400, told: { error: { param: 'reason' } } });
    expect(await act('complete', { force: true, reason: 'it must' })).toMatchObject({
      ...{ status: 200, told: { action: 'complete', forced: [expect.stringContaining('errors')] } },
    });
    expect(await served()).toEqual(new Set(['reply@2']));
    expect(await codeOf('pause', {})).toEqual([400, 'no_rollout']);
    expect((await act('rollback', { prompt: 'reply' })).status).toBe(200);
    expect(await served()).toEqual(new Set(['reply@1']));
  });

  it('take a candidate back once: who comes second takes back nothing else', async () => {
    expect(await act('rollback', { prompt: 'reply', to: 1, reason: 'rude' })).toMatchObject({
      status: 200,
      told: { removed: { number: 2 }, to: { number: 1 }, line: { by: { name: 'ada', via: 'token' }, reason: 'rude' } },
    });
    expect(await served()).toEqual(new Set(['reply@1']));
    expect(await codeOf('rollback', { prompt: 'reply', to: 1 })).toEqual([409, 'cannot_roll_back']);
    expect(await lastLine()).toMatchObject({ action: 'rollback' });
  });

  it('abort, and hold nothing', async () => {
    expect((await act('abort', {})).status).toBe(200);
    expect(await served()).toEqual(new Set(['reply@1']));
  });

  it('roll back although llmci.yaml has just been written wrong', async () => {
    await project.write('llmci.yaml', 'environments: [');
    expect(await codeOf('resume', {})).toEqual([400, 'invalid_files']);
    expect((await act('rollback', { prompt: 'reply' })).status).toBe(200);
    expect(await served()).toEqual(new Set(['reply@1']));
  });

  it('are for nobody else, and for bodies that say what is meant', async () => {
    for (const token of [SHOP, 'nobody', `${ADA}0`, ADA.slice(1), ''])
      expect(await codeOf('rollback', { prompt: 'reply' }, token)).toEqual([401, 'invalid_token']);
    expect(await codeOf('rollback', {})).toEqual([400, 'invalid_parameter']);
    expect(await codeOf('rollback', { prompt: 'reply', to: 1.5 })).toEqual([400, 'invalid_parameter']);
    expect(await codeOf('rollback', { prompt: 'reply', too: 1 })).toEqual([400, 'unknown_parameter']);
    expect(await codeOf('rollback', { prompt: '../../etc/passwd' })).toEqual([409, 'cannot_roll_back']);
    expect(await codeOf('rollback', { prompt: '__proto__' })).toEqual([409, 'cannot_roll_back']);
    expect(await codeOf('rollback', { prompt: 'reply', environment: 'prod' })).toEqual([409, 'other_environment']);
    expect(await codeOf('pause', { reason: ' ' })).toEqual([400, 'invalid_parameter']);
    expect(await codeOf('pause', { reason: 'x'.repeat(2001) })).toEqual([400, 'invalid_parameter']);
    for (const weight of [-0.1, 1.1, '10%', null]) expect((await codeOf('weight', { weight }))[0]).toBe(400);
    expect(await codeOf('pause', [])).toEqual([400, 'invalid_body']);
    expect(await lastLine()).toMatchObject({ action: 'rollout' });
  });
});

describe('--at', () => {
  const llmci = (args: readonly string[], token = ADA) =>
    runCli([...args, '--at', `${address}/`], { cwd: '/', env: { LLMCI_ADMIN_TOKEN: token } });

  it('needs neither the project nor its store', async () => {
    expect(await llmci(['rollout', 'dev', 'pause', '--reason', 'lunch'])).toMatchObject({
      ...{ code: 0, stdout: 'paused the rollout of line 2 in dev\n', stderr: '' },
    });
    expect(await llmci(['rollout', 'dev', '--weight', '10%', '--reason', 'fewer'])).toMatchObject({
      ...{ code: 0, stdout: 'set the rollout of line 2 to 10% in dev\n' },
    });
    expect(await lastLine()).toMatchObject({ action: 'step', reason: 'fewer' });
    const shown = await llmci(['rollout', 'dev']);
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    expect(shown.stdout).toMatch(
      /^canary of reply@2: 10%, paused for .*; begun .* ago by .*\n[\s\S]*Waits: it is paused\./,
    );
    const told = await llmci(['rollout', 'dev', '--json']);
    expect(JSON.parse(told.stdout)).toMatchObject({ weight: 0.1, paused: true, prompts: [{ prompt: 'reply' }] });
    expect(await llmci(['rollout', 'dev', 'complete'])).toMatchObject({
      ...{ code: 1, stderr: expect.stringContaining('refuses: the live gates of reply@2 have not passed') },
    });
    const back = await llmci(['rollback', 'reply', '--in', 'dev', '--reason', 'rude']);
    expect(back).toMatchObject({ code: 0, stdout: expect.stringContaining('reply@1 is live in dev; reply@2 is held') });
    expect(await lastLine()).toMatchObject({ action: 'rollback', by: { name: 'ada', via: 'token' }, reason: 'rude' });
    const { code, stderr } = await llmci(['rollout', 'dev', 'pause']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('no rollout is under way in dev')]);
  });

  it('says what is wrong with it', async () => {
    const other = await llmci(['rollback', 'reply', '--in', 'production']);
    expect([other.code, other.stderr]).toEqual([1, expect.stringContaining('this gateway serves dev')]);
    const wrong = await llmci(['rollback', 'reply', '--in', 'dev'], 'wrong');
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('this takes a token of the gateway')]);
    const none = await llmci(['rollback', 'reply', '--in', 'dev'], '');
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('there is no token in LLMCI_ADMIN_TOKEN')]);
    const shown = await llmci(['rollout', 'production']);
    expect([shown.code, shown.stderr]).toEqual([1, expect.stringContaining('this gateway serves dev')]);
    const unread = await llmci(['rollout', 'dev'], 'wrong');
    expect([unread.code, unread.stderr]).toEqual([2, expect.stringContaining('this takes a token of the gateway')]);
    const explained = await llmci(['rollout', 'dev', '--explain']);
    expect([explained.code, explained.stderr]).toEqual([2, expect.stringContaining('leave out --at')]);
    const env = { LLMCI_ADMIN_TOKEN: ADA };
    const gone = await runCli(['rollout', 'dev', 'pause', '--at', 'http://127.0.0.1:9'], { cwd: '/', env });
    expect([gone.code, gone.stderr]).toEqual([3, expect.stringContaining('http://127.0.0.1:9 has not done it')]);
    const bad = await runCli(['rollout', 'dev', 'pause', '--at', 'file:///etc/passwd'], { cwd: '/', env });
    expect([bad.code, bad.stderr]).toEqual([2, expect.stringContaining('It must be an address')]);
    expect(await lastLine()).toMatchObject({ action: 'rollout' });
  });
});
