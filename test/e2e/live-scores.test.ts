import { beforeEach, describe, expect, it } from 'vitest';
import type { GatewayStatus, RolloutStatus } from '../../src/model/gateway-status.js';
import type { RolloutCounts } from '../../src/model/live-counts.js';
import { afterThisTest } from '../helpers/cleanup.js';
import { type CliProcess, startCli, startHere } from '../helpers/cli.js';
import { type DeliveryProject, makeDelivery } from '../helpers/delivery-project.js';
import type { Respond } from '../helpers/model-server/behaviour.js';
import { startModelServer } from '../helpers/model-server.js';

/** What the releases ask for, and the model does: `plain` is an answer that no metric here likes. */
const respond: Respond = ({ body, lastUserText }) => {
  if (body['model'] !== 'm') return judged(lastUserText);
  if (lastUserText.includes('plain')) return { kind: 'text', text: `Write to ann@acme.org, ${lastUserText}` };
  return { kind: 'text', text: JSON.stringify({ asked: lastUserText }) };
};
const judgeOf = (text: string) => {
  const verdict = /acme/.test(text) ? 'bad' : 'good';
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
async function serveCanary(
  live: object,
  candidate: string,
  config: object = {},
  begin: typeof startHere = startHere,
): Promise<Served> {
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
    server = begin(['serve', '--env', 'live', '--port', '0'], { cwd: project.dir, env: { FAKE_KEY: 'a-key' } });
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
          body: JSON.stringify({ prompt: { id: 'reply', variables: { name: `user ${unit}` } } }),
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

  it('a judge that fails on answers of the candidate only keeps its gate from passing', async () => {
    judged = (text) => (/Good day user \d*[02468]\b/.test(text) ? { kind: 'status', status: 500 } : judgeOf(text));
    const served = await serveCanary(
      { sample: '100%', metrics: [JUDGE], gates: [{ metric: 'judge', stat: 'rate', maxDrop: '40%' }] },
      'Good day',
      { judge: { model: 'fake/judge' } },
    );
    const waits = async () => {
      await served.ask(20);
      return (await served.project.llmci('rollout', 'live')).stdout;
    };
    await expect
      .poll(waits, { timeout: 60_000 })
      .toMatch(/cannot pass: [\d.]+% of the candidate's calls have no value, and 0%/);
    const refused = await served.project.llmci('rollout', 'live', 'complete');
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('have no value') });
  }, 120_000);

  it('shows what failed, masked, and counts scores for Prometheus', async () => {
    const served = await serveCanary(WATCHED, 'plain');
    await served.ask(20);
    await expect.poll(() => scoredIn(served), { timeout: 30_000 }).toBe(20);
    const scores = (await served.rollout())?.scores;
    expect(scores?.metrics).toMatchObject([
      { metric: 'json', sampled: false, means: { control: 1, candidate: 0 }, missing: { control: 0, candidate: 0 } },
    ]);
    const candidate = scores?.metrics[0]?.scored.candidate ?? 0;
    expect(candidate).toBeGreaterThan(0);
    expect(scores?.failed).toHaveLength(candidate);
    expect(scores?.failed[0]).toMatchObject({ release: 'reply@2', arm: 'candidate', metric: 'json', value: 0 });
    expect(scores?.failed[0]?.answer).toContain('Write to [email-1]');
    expect(JSON.stringify(await served.status())).not.toContain('acme.org');
    const metrics = await (await fetch(`${served.address}/metrics`)).text();
    expect(metrics).toMatch(
      new RegExp(
        `^llmci_scores_total\\{.*llmci_metric="json",llmci_arm="candidate",llmci_outcome="failed"\\} ${candidate}$`,
        'm',
      ),
    );
    expect(metrics).not.toContain('acme.org');
  }, 120_000);

  it('counts each score once, whatever ends the gateway, and those of another judge anew', async () => {
    const served = await serveCanary(
      { sample: '100%', metrics: [JUDGE], gates: [{ metric: 'judge', stat: 'rate', maxDrop: '5%', level: 'warn' }] },
      'Good day',
      { judge: { model: 'fake/judge' } },
      startCli,
    );
    const counted = async () => {
      const { control = 0, candidate = 0 } = (await served.rollout())?.gates[0]?.calls ?? {};
      return control + candidate;
    };
    await served.ask(20);
    await expect.poll(counted, { timeout: 30_000 }).toBe(20);
    // The counts are kept once a second
    await expect.poll(() => keptScores(served), { timeout: 30_000 }).toBe(20);
    await served.restart('SIGKILL');
    await expect.poll(counted, { timeout: 30_000 }).toBe(20);
    await served.ask(10);
    await expect.poll(counted, { timeout: 30_000 }).toBe(30);
    const config = await served.project.read('llmci.yaml');
    await served.project.write('llmci.yaml', config.replace('fake/judge', 'fake/other'));
    judged = judgeOf;
    await served.restart('SIGTERM');
    await expect.poll(counted, { timeout: 30_000 }).toBe(30);
    await served.ask(6);
    await expect.poll(counted, { timeout: 30_000 }).toBe(6);
  }, 120_000);

  it('stops asking the judge when the budget of the day is spent, also after a restart', async () => {
    const served = await serveCanary(
      {
        ...{ sample: '100%', budget: '$0.005', metrics: [JUDGE] },
        gates: [{ metric: 'judge', stat: 'rate', maxDrop: '5%' }],
      },
      'Good day',
      {
        judge: { model: 'fake/judge', modelParameters: { maxTokens: 20 } },
        prices: { 'fake/judge': { input: 1, output: 1 } },
      },
    );
    await served.ask(40);
    const overBudget = async () => {
      const { control = 0, candidate = 0 } = (await served.rollout())?.scores.metrics[0]?.overBudget ?? {};
      return control + candidate;
    };
    await expect.poll(overBudget, { timeout: 30_000 }).toBeGreaterThan(0);
    const spent = async () => (await served.rollout())?.scores.spent[0];
    const before = await spent();
    expect(before?.budget).toBe(0.005);
    expect(before?.usd).toBeGreaterThan(0.001);
    expect(before?.usd).toBeLessThanOrEqual(0.005);
    await served.restart('SIGTERM');
    await served.ask(10);
    await expect.poll(overBudget, { timeout: 30_000 }).toBe(10);
    expect((await spent())?.usd).toBe(before?.usd);
  }, 120_000);
});

const WATCHED = {
  metrics: [{ metric: 'json' }],
  gates: [{ metric: 'json', stat: 'rate', maxDrop: '5%', level: 'warn' }],
};

async function scoredIn({ rollout }: Served): Promise<number> {
  const { control = 0, candidate = 0 } = (await rollout())?.scores.metrics[0]?.scored ?? {};
  return control + candidate;
}

async function keptScores({ project }: Served): Promise<number> {
  const { counts } = (await project.readJson('.llmci/serve/live/counts.json')) as { counts: RolloutCounts[] };
  const streams = counts.flatMap(({ steps }) => steps.flatMap((step) => Object.values(step.streams)));
  return streams.reduce((sum, { control, candidate }) => sum + control.n + candidate.n, 0);
}
