import { beforeEach, describe, expect, it } from 'vitest';
import type { GatewayStatus, RolloutStatus } from '../../src/model/gateway-status.js';
import { afterThisTest } from '../helpers/cleanup.js';
import { type CliProcess, startCli } from '../helpers/cli.js';
import { type DeliveryProject, makeDelivery } from '../helpers/delivery-project.js';
import type { Respond } from '../helpers/model-server/behaviour.js';
import { startModelServer } from '../helpers/model-server.js';

/** What the releases ask for, and the model does: `plain` is an answer that no metric here likes. */
const respond: Respond = ({ body, lastUserText }) => {
  if (body['model'] === 'judge') return judged(lastUserText);
  if (lastUserText.includes('plain')) return { kind: 'text', text: 'Write to ann@acme.org, it is plain' };
  return { kind: 'text', text: '{"ok": true}' };
};
const judgeOf = (text: string) => {
  const verdict = /is plain/.test(text) ? 'bad' : 'good';
  return { kind: 'text', text: JSON.stringify({ reason: 'as asked', verdict }) } as const;
};
let judged: (text: string) => ReturnType<Respond> = judgeOf;
const JUDGE = { metric: 'judge', rubric: 'Is it JSON?', choices: { good: 1, bad: 0 }, min: 1 };

interface Served {
  readonly project: DeliveryProject;
  readonly address: string;
  readonly server: CliProcess;
  /** Calls, each of another unit. */
  readonly ask: (calls: number) => Promise<void>;
  readonly status: () => Promise<GatewayStatus>;
  readonly rollout: () => Promise<RolloutStatus | undefined>;
  readonly restart: (signal: NodeJS.Signals) => Promise<void>;
}

/** A gateway with a canary of reply@2 whose words are `candidate`. */
async function serveCanary(live: object, candidate: string, config: object = {}): Promise<Served> {
  const models = await startModelServer({ respond });
  afterThisTest(() => models.close());
  const environments = { live: { rollout: { strategy: 'canary', steps: [{ weight: '50%', calls: 20 }] } } };
  const project = await makeDelivery(environments);
  await project.write('llmci.yaml', {
    environments,
    providers: { fake: { type: 'openai', baseUrl: models.openaiBaseUrl, apiKey: 'env:FAKE_KEY', retries: 0 } },
    ...config,
  });
  const say = (words: string) =>
    project.write('prompts/reply.prompt.yaml', {
      model: 'fake/m',
      messages: [{ role: 'user', content: `${words} {{ name }}` }],
    });
  await project.write('prompts/reply.thresholds.yaml', { gates: [{ metric: 'pass', min: 0.9 }], live });
  for (const words of ['Hello', candidate]) {
    await say(words);
    await project.commit(words);
    expect(await project.llmci('release')).toMatchObject({ code: 0 });
    expect(await project.llmci('promote', 'reply', '--to', 'live')).toMatchObject({ code: 0 });
  }
  let address = '';
  let server: CliProcess;
  const start = async () => {
    server = startCli(['serve', '--env', 'live', '--port', '0'], {
      cwd: project.dir,
      env: { FAKE_KEY: 'a-key' },
      timeoutMs: 300_000,
    });
    address = (await server.waitForOutput(/(http:\S+) serves live/))[1] ?? '';
  };
  await start();
  afterThisTest(async () => {
    server.kill('SIGTERM');
    await server.result;
  });
  let unit = 0;
  const status = async () => (await (await fetch(`${address}/-/status`)).json()) as GatewayStatus;
  return {
    project,
    status,
    get server() {
      return server;
    },
    get address() {
      return address;
    },
    rollout: async () => (await status()).rollouts[0],
    ask: async (calls) => {
      for (let call = 0; call < calls; call++) {
        const response = await fetch(`${address}/v1/responses`, {
          method: 'POST',
          headers: { 'llmci-unit': `user-${unit++}` },
          body: JSON.stringify({ prompt: { id: 'reply', variables: { name: 'Ada' } } }),
        });
        await response.text();
      }
    },
    restart: async (signal) => {
      server.kill(signal);
      await server.result;
      await start();
    },
  };
}

const history = async ({ status }: Served) => (await status()).history.map(({ said }) => said);

beforeEach(() => {
  judged = judgeOf;
});

describe('a canary is judged by the scores of its calls', () => {
  it('goes back when the candidate scores worse, and the line can be computed again', async () => {
    const served = await serveCanary(
      { metrics: [{ metric: 'json' }], gates: [{ metric: 'json', stat: 'rate', maxDrop: '5%' }] },
      'plain',
    );
    await served.ask(60);
    await expect
      .poll(() => history(served), { timeout: 30_000 })
      .toContainEqual(expect.stringContaining('rolled back'));
    const explained = await served.project.llmci('rollout', 'live', '--explain');
    expect(explained.stdout).toContain('rate of json (reply)');
    expect(explained.stdout).toContain('Computed again from the counts in this line: the same.');
  }, 120_000);

  it('completes when both arms score alike', async () => {
    const served = await serveCanary(
      { metrics: [{ metric: 'json' }], gates: [{ metric: 'json', stat: 'rate', maxDrop: '40%' }] },
      'Good day',
    );
    for (let round = 0; round < 20 && !(await history(served)).some((said) => said.includes('complete')); round++) {
      await served.ask(20);
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    await expect.poll(() => history(served), { timeout: 30_000 }).toContainEqual(expect.stringContaining('complete'));
  }, 120_000);

  it('is judged by the judge of the project too', async () => {
    const served = await serveCanary(
      { sample: '100%', metrics: [JUDGE], gates: [{ metric: 'judge', stat: 'rate', maxDrop: '5%' }] },
      'plain',
      { judge: { model: 'fake/judge' } },
    );
    await served.ask(60);
    await expect
      .poll(() => history(served), { timeout: 30_000 })
      .toContainEqual(expect.stringContaining('rolled back'));
  }, 120_000);

  it('a judge that fails says nothing of either arm: the rollout waits, and says why', async () => {
    judged = () => ({ kind: 'status', status: 500 });
    const served = await serveCanary(
      { sample: '100%', metrics: [JUDGE], gates: [{ metric: 'judge', stat: 'rate', maxDrop: '5%' }] },
      'plain',
      { judge: { model: 'fake/judge' } },
    );
    await served.ask(30);
    const missing = async () => {
      const counts = (await served.rollout())?.scores.metrics[0]?.missing;
      return (counts?.control ?? 0) + (counts?.candidate ?? 0);
    };
    await expect.poll(missing, { timeout: 30_000 }).toBe(30);
    const rollout = await served.rollout();
    expect(rollout?.scores.metrics).toMatchObject([
      { scored: { control: 0, candidate: 0 }, lastMissing: expect.stringContaining('gave no answer') },
    ]);
    expect(rollout?.gates).toMatchObject([{ verdict: 'wait', calls: { control: 0, candidate: 0 } }]);
  }, 120_000);
});
