import { rename } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { rolloutCountsSchema } from '../../src/model/live-counts.js';
import { tallySchema } from '../../src/model/tally.js';
import { afterThisTest } from '../helpers/cleanup.js';
import { canMount, mountSmallDisk } from '../helpers/mount.js';
import { type Asked, type ServedCanary, type ServedGateway, serveCanary } from '../helpers/served-canary.js';

/** A service that remembers what it was asked. */
async function startService(answer: (asked: string, response: ServerResponse) => void = say) {
  const asked = new Map<string, number>();
  const server = createServer((incoming, response) => {
    let text = '';
    incoming.on('data', (piece) => {
      text += piece;
    });
    incoming.on('end', () => {
      const { messages } = JSON.parse(text) as { messages: { content: string }[] };
      const said = messages[0]?.content ?? '';
      asked.set(said, (asked.get(said) ?? 0) + 1);
      answer(said, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  afterThisTest(close);
  return { asked, close, baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1` };
}

function say(asked: string, response: ServerResponse): void {
  const choices = [{ message: { content: `You said ${asked}` }, finish_reason: 'stop' }];
  response
    .setHeader('content-type', 'application/json')
    .end(JSON.stringify({ model: 'm', choices, usage: { prompt_tokens: 1, completion_tokens: 1 } }));
}

/** How often it is killed; LLMCI_KILLS asks for more than there is time for in every run. */
const KILLS = Number(process.env['LLMCI_KILLS'] ?? 2);

const NEVER_OVER = { steps: [{ weight: '50%', calls: 1_000_000 }] };

async function countsOf({ project }: ServedCanary) {
  const { counts } = tallySchema.parse(await project.readJson('.llmci/serve/live/counts.json'));
  return rolloutCountsSchema
    .parse(counts[0])
    .steps.reduce(
      (sum, { calls }) => ({ control: sum.control + calls.control, candidate: sum.candidate + calls.candidate }),
      { control: 0, candidate: 0 },
    );
}

/** What some units are answered with. */
async function statusesOf(gateway: ServedGateway): Promise<ReadonlySet<number>> {
  const asked = await Promise.all([1, 2, 3, 4, 5, 6].map((unit) => gateway.ask(`u${unit}`)));
  return new Set(asked.map(({ status }) => status));
}

describe('a gateway that is killed again and again under load', () => {
  it(
    'answers no call twice, loses no line and at most a second of counts, and units keep their arm',
    async () => {
      const service = await startService();
      const canary = await serveCanary({ baseUrl: service.baseUrl, rollout: NEVER_OVER });
      const lines = async () => (await canary.project.read('releases/environments/live.jsonl')).trim().split('\n');
      const answered: { readonly unit: string; readonly at: number; readonly asked: Asked }[] = [];
      let gateway: ServedGateway | null = await canary.serveApart();
      let sent = 0;
      let going = true;
      const load = Array.from({ length: 8 }, async () => {
        while (going) {
          const unit = `user-${sent++ % 40}`;
          // Whoever asks does not ask again: a call that was cut off has no answer
          const asked = await gateway?.ask(unit, `${unit} call ${sent}`).catch(() => null);
          if (asked?.status === 200) answered.push({ unit, at: Date.now(), asked });
          await sleep(asked ? 10 : 50);
        }
      });
      const kills: number[] = [];
      for (let kill = 0; kill < KILLS; kill++) {
        await sleep(2500);
        // Lines are written while it is killed
        const weight = canary.llmci('rollout', 'live', '--weight', `${50 + (40 * kill) / KILLS}%`);
        kills.push(Date.now());
        gateway?.process.kill('SIGKILL');
        await gateway?.process.result;
        gateway = null;
        expect((await weight).code).toBe(0);
        gateway = await canary.serveApart();
      }
      await sleep(1500);
      going = false;
      await Promise.all(load);
      gateway?.process.kill('SIGTERM');
      expect((await gateway?.process.result)?.code).toBe(0);

      expect(answered.length).toBeGreaterThan(100);
      expect([...service.asked.values()].filter((times) => times > 1)).toEqual([]);
      expect((await canary.llmci('audit')).code).toBe(0);
      expect(await lines()).toHaveLength(2 + kills.length);
      // What was answered a while before a kill is counted: it is kept once a second, by a machine that may have much to do
      const surely = answered.filter(({ at }) => !kills.some((kill) => at > kill - 2000 && at <= kill));
      const counted = await countsOf(canary);
      expect(counted.control + counted.candidate).toBeGreaterThanOrEqual(surely.length);
      expect(counted.control + counted.candidate).toBeLessThanOrEqual(service.asked.size);
      // Shares only grow: who has had the candidate keeps it
      for (const unit of new Set(answered.map((each) => each.unit))) {
        const arms = answered.filter((each) => each.unit === unit).map(({ asked: { arm } }) => arm);
        const first = arms.indexOf('candidate');
        if (first >= 0) expect(new Set(arms.slice(first))).toEqual(new Set(['candidate']));
      }
    },
    120_000 + KILLS * 10_000,
  );
});

describe('faults around a gateway', () => {
  it('of the candidate’s vendor take the candidate back, and no user of the control notices', async () => {
    const [service, gone] = [await startService(), await startService()];
    gone.close();
    const canary = await serveCanary({
      baseUrl: service.baseUrl,
      candidate: { model: 'other/m' },
      providers: { other: { type: 'openai', baseUrl: gone.baseUrl, apiKey: 'env:FAKE_KEY', retries: 0 } },
    });
    const gateway = await canary.serve();
    const units = Array.from({ length: 60 }, (_, unit) => `user-${unit}`);
    const before = await Promise.all(units.map((unit) => gateway.ask(unit)));
    expect(new Set(before.map(({ status, arm }) => `${status} ${arm}`))).toEqual(new Set(['200 control', '502 null']));
    await expect
      .poll(async () => (await canary.llmci('history', '--in', 'live')).stdout, { timeout: 15_000 })
      .toMatch(/rolled back reply@2 to @1\s+rate of errors \(reply\) failed/);
    const after = await Promise.all(units.map((unit) => gateway.ask(unit)));
    expect(new Set(after.map(({ status, release }) => `${status} ${release}`))).toEqual(new Set(['200 reply@1']));
  }, 60_000);

  it('of a service that cuts its answers off are errors of the arm that was asked', async () => {
    const service = await startService((asked, response) => {
      if (!asked.startsWith('Good day')) return say(asked, response);
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      // Some of it has to arrive: a kept connection that is closed without a byte was stale, and is replaced
      response.write('{"choices": [', () => response.destroy());
    });
    const canary = await serveCanary({ baseUrl: service.baseUrl });
    const gateway = await canary.serve();
    await Promise.all(Array.from({ length: 80 }, (_, unit) => gateway.ask(`user-${unit}`)));
    await expect
      .poll(async () => (await canary.llmci('history', '--in', 'live')).stdout, { timeout: 15_000 })
      .toContain('rate of errors (reply) failed');
    // It cut an answer off that may have been made: nobody asked for it again
    expect(Math.max(...service.asked.values())).toBe(1);
  }, 60_000);

  it('of a service that is slow end in a rollback by latency, and nobody waits for its gate', async () => {
    const service = await startService((asked, response) => {
      setTimeout(() => say(asked, response), asked.startsWith('Good day') ? 400 : 5);
    });
    const gates = [{ metric: 'latency', maxDrop: '50%' }];
    const canary = await serveCanary({ baseUrl: service.baseUrl, gates });
    const gateway = await canary.serve();
    let unit = 0;
    const askSome = () => Promise.all(Array.from({ length: 40 }, () => gateway.ask(`user-${unit++}`)));
    // On a busy machine the fast arm is slow too, and it takes more calls to tell them apart
    await expect
      .poll(
        async () => {
          await askSome();
          return (await canary.llmci('history', '--in', 'live')).stdout;
        },
        { timeout: 60_000 },
      )
      .toContain('latency (reply) failed');
  }, 90_000);

  it('of the store leave all as it is, and a bad candidate is taken back all the same', async () => {
    const service = await startService((asked, response) => {
      if (asked.startsWith('Good day')) response.writeHead(500).end();
      else say(asked, response);
    });
    const canary = await serveCanary({ baseUrl: service.baseUrl });
    const gateway = await canary.serveApart();
    const [there, away] = [canary.project.path('releases'), canary.project.path('releases.away')];
    await rename(there, away);
    await Promise.all(Array.from({ length: 80 }, (_, unit) => gateway.ask(`user-${unit}`)));
    await expect.poll(() => statusesOf(gateway), { timeout: 15_000 }).toEqual(new Set([200]));
    // Memory is first by some milliseconds: what is killed later knows it again
    await expect
      .poll(() => canary.project.read('.llmci/serve/live/counts.json'), { timeout: 15_000 })
      .toMatch(/"withheld":\s*\[\s*\{/);
    // Killed and started in the middle, with the store still gone
    gateway.process.kill('SIGKILL');
    await gateway.process.result;
    const second = await canary.serve();
    const again = await Promise.all(Array.from({ length: 20 }, (_, unit) => second.ask(`user-${unit}`)));
    expect(new Set(again.map(({ status, release }) => `${status} ${release}`))).toEqual(new Set(['200 reply@1']));
    await rename(away, there);
    await expect
      .poll(async () => (await canary.llmci('history', '--in', 'live')).stdout, { timeout: 15_000 })
      .toContain('rolled back reply@2');
  }, 60_000);

  it('of the store while a gateway starts keep a candidate from calls whose gates nobody could look at', async () => {
    const service = await startService(say);
    const canary = await serveCanary({ baseUrl: service.baseUrl, rollout: NEVER_OVER });
    const gateway = await canary.serveApart();
    const releases = async ({ ask }: typeof gateway) => {
      const answers = await Promise.all(Array.from({ length: 20 }, (_, unit) => ask(`user-${unit}`)));
      return [...new Set(answers.map(({ release }) => release))].sort();
    };
    expect(await releases(gateway)).toEqual(['reply@1', 'reply@2']);
    gateway.process.kill('SIGKILL');
    await gateway.process.result;
    const [there, away] = [canary.project.path('releases'), canary.project.path('releases.away')];
    await rename(there, away);
    const second = await canary.serve();
    expect(await releases(second)).toEqual(['reply@1']);
    await rename(away, there);
    await expect.poll(() => releases(second), { timeout: 15_000 }).toEqual(['reply@1', 'reply@2']);
  }, 60_000);

  it.skipIf(!canMount)(
    'of a full disk stop no answer, and a bad candidate is taken back in memory',
    async () => {
      let bad = false;
      const service = await startService((asked, response) => {
        if (bad && asked.startsWith('Good day')) response.writeHead(500).end();
        else say(asked, response);
      });
      const canary = await serveCanary({ baseUrl: service.baseUrl, rollout: NEVER_OVER });
      mountSmallDisk(canary.project.path('.llmci/serve/live'), 'size=64k');
      const gateway = await canary.serve();
      await gateway.ask('user-0');
      await sleep(1200);
      const before = await countsOf(canary);
      await canary.project.write('.llmci/serve/live/rest', 'x'.repeat(100_000)).catch(() => undefined);
      bad = true;
      await Promise.all(Array.from({ length: 80 }, (_, unit) => gateway.ask(`user-${unit}`)));
      await expect.poll(() => statusesOf(gateway), { timeout: 15_000 }).toEqual(new Set([200]));
      // What was kept is whole
      expect(await countsOf(canary)).toEqual(before);
    },
    60_000,
  );

  it('of a second gateway on the folder are none: one leads, the other says so, and the calls of both count', async () => {
    const service = await startService();
    const canary = await serveCanary({ baseUrl: service.baseUrl, rollout: NEVER_OVER });
    const [first, second] = [await canary.serveApart(), await canary.serve()];
    await second.process.waitForOutput(/process \d+ on \S+ leads the rollouts here/);
    for (let unit = 0; unit < 10; unit++) {
      await first.ask(`user-${unit}`);
      await second.ask(`user-${unit}`);
    }
    const counted = async () => {
      const { gates } = JSON.parse((await canary.llmci('rollout', 'live', '--json')).stdout) as {
        gates: { n: { control: number; candidate: number } }[];
      };
      return gates.map(({ n }) => n.control + n.candidate);
    };
    await expect.poll(counted, { timeout: 10_000 }).toEqual([20]);
    first.process.kill('SIGKILL');
    await second.process.waitForOutput(/this gateway leads/);
    expect(await counted()).toEqual([20]);
  }, 60_000);
});
