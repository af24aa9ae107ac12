import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { afterThisTest } from '../helpers/cleanup.js';
import type { Respond } from '../helpers/model-server/behaviour.js';
import { startModelServer } from '../helpers/model-server.js';
import { hasPostgres, useDatabase } from '../helpers/postgres.js';
import { type ServedCanary, type ServedGateway, serveCanary } from '../helpers/served-canary.js';

const database = useDatabase();

/** What the candidate says is what the service fails at. */
const failing: Respond = ({ lastUserText }) =>
  lastUserText.startsWith('Good day') ? { kind: 'status', status: 500 } : { kind: 'text', text: 'Hi' };
const answering: Respond = () => ({ kind: 'text', text: 'Hi' });

/** A canary that gateways on so many machines serve, with their state in one database. */
async function serveOn(
  machines: number,
  respond: Respond,
  rollout?: object,
  serving: 'serve' | 'serveApart' = 'serve',
) {
  const models = await startModelServer({ respond });
  afterThisTest(() => models.close());
  // Resolvers of prompts look for it in their process
  vi.stubEnv('STATE_URL', database.url);
  afterThisTest(() => vi.unstubAllEnvs());
  const canary = await serveCanary({
    ...{ baseUrl: models.openaiBaseUrl, state: { postgres: 'env:STATE_URL' }, env: { STATE_URL: database.url } },
    ...(rollout && { rollout }),
  });
  const gateways: ServedGateway[] = [];
  for (let machine = 0; machine < machines; machine++) gateways.push(await canary[serving](await machineOf(canary)));
  return { canary, gateways };
}

async function machineOf({ otherMachine }: ServedCanary): Promise<string> {
  const folder = await otherMachine();
  afterThisTest(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

const askAll = (gateway: ServedGateway, units: number, from = 0) =>
  Promise.all(Array.from({ length: units }, (_, unit) => gateway.ask(`user-${from + unit}`)));

async function countedBy({ llmci }: ServedCanary): Promise<{ control: number; candidate: number }> {
  const shown = await llmci('rollout', 'live', '--json');
  const { gates } = JSON.parse(shown.stdout) as { gates: { n: { control: number; candidate: number } }[] };
  return gates[0]?.n ?? { control: 0, candidate: 0 };
}

describe.skipIf(!hasPostgres)('gateways on several machines', () => {
  it('add their counts, give a unit the same arm, and take a bad candidate back together', async () => {
    let respond = answering;
    const { canary, gateways } = await serveOn(3, (call) => respond(call));
    const arms: (string | null)[][] = [];
    for (const gateway of gateways) arms.push((await askAll(gateway, 16)).map(({ arm }) => arm));
    expect(new Set(arms[0])).toEqual(new Set(['control', 'candidate']));
    expect(arms[1]).toEqual(arms[0]);
    expect(arms[2]).toEqual(arms[0]);
    respond = failing;
    await Promise.all(gateways.map((gateway, index) => askAll(gateway, 40, 100 * index)));
    await expect
      .poll(async () => (await canary.llmci('history', '--in', 'live')).stdout, { timeout: 15_000 })
      .toContain('rolled back reply@2');
    await sleep(1000);
    for (const gateway of gateways) {
      const all = await askAll(gateway, 40);
      expect(all.map(({ status }) => status)).toEqual(all.map(() => 200));
      expect(new Set(all.map(({ release }) => release))).toEqual(new Set(['reply@1']));
    }
    const explained = await canary.llmci('rollout', 'live', '--explain');
    expect([explained.code, explained.stdout]).toEqual([0, expect.stringContaining('the same.')]);
    const lines = (await canary.llmci('history', '--in', 'live', '--json')).stdout;
    expect(lines.match(/"action":\s*"rollback"/g)).toHaveLength(1);
  }, 120_000);

  it('follow a leader that is killed within five seconds, and lose none of its counts', async () => {
    const { canary, gateways } = await serveOn(
      3,
      answering,
      { steps: [{ weight: '50%', calls: 10_000 }] },
      'serveApart',
    );
    for (const gateway of gateways) await askAll(gateway, 20);
    await expect
      .poll(() => countedBy(canary).then(({ control, candidate }) => control + candidate), { timeout: 10_000 })
      .toBe(60);
    const [leader, ...others] = gateways;
    leader?.process.kill('SIGKILL');
    const followed = Promise.any(others.map((other) => other.process.waitForOutput(/this gateway leads/)));
    await expect(Promise.race([followed.then(() => 'led'), sleep(5000)])).resolves.toBe('led');
    for (const gateway of others) await askAll(gateway, 20);
    await expect
      .poll(() => countedBy(canary).then(({ control, candidate }) => control + candidate), { timeout: 10_000 })
      .toBe(100);
  }, 120_000);

  it('hear within a second of what somebody does elsewhere', async () => {
    const { canary, gateways } = await serveOn(2, answering);
    const done = await canary.llmci('rollback', 'reply', '--in', 'live');
    expect(done.code).toBe(0);
    await sleep(1000);
    for (const gateway of gateways)
      expect(new Set((await askAll(gateway, 20)).map(({ release }) => release))).toEqual(new Set(['reply@1']));
  }, 120_000);

  it('go on without the database, each takes a bad candidate back, and the ledger hears of it later', async () => {
    const { canary, gateways } = await serveOn(2, failing);
    await database.halt();
    for (const gateway of gateways) await askAll(gateway, 80);
    for (const gateway of gateways) {
      await expect
        .poll(async () => (await askAll(gateway, 30)).every(({ status }) => status === 200), { timeout: 15_000 })
        .toBe(true);
    }
    await database.resume();
    await expect
      .poll(async () => (await canary.llmci('history', '--in', 'live')).stdout, { timeout: 30_000, interval: 1000 })
      .toContain('rolled back reply@2');
  }, 120_000);
});
