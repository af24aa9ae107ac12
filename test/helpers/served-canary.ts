import { cp, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GatewayStatus } from '../../src/model/gateway-status.js';
import { afterThisTest } from './cleanup.js';
import { type CliProcess, runCli, startCli, startHere } from './cli.js';
import { type DeliveryProject, makeDelivery } from './delivery-project.js';

/** A project whose environment `live` has a canary of reply@2 on its way, and gateways that serve it. */
export interface ServedCanary {
  readonly project: DeliveryProject;
  /** Variables that every command here gets. */
  readonly env: Readonly<Record<string, string>>;
  /** Starts a gateway in a folder: that of the project, unless another machine is meant. */
  readonly serve: (folder?: string) => Promise<ServedGateway>;
  /** Starts one in a process of its own, which can be killed. */
  readonly serveApart: (folder?: string) => Promise<ServedGateway>;
  /** A copy of the project in a folder of its own, as on another machine; without what gateways keep. */
  readonly otherMachine: () => Promise<string>;
  readonly llmci: (...args: readonly string[]) => ReturnType<typeof runCli>;
}

export interface ServedGateway {
  readonly address: string;
  readonly process: CliProcess;
  readonly ask: (unit: string, name?: string, headers?: Readonly<Record<string, string>>) => Promise<Asked>;
  readonly status: () => Promise<GatewayStatus>;
}

/** What became of a call. */
export interface Asked {
  readonly status: number;
  readonly arm: string | null;
  readonly release: string | null;
  /** The id under which something can be said of it. */
  readonly call: string | null;
  readonly text: string;
}

export interface CanaryOptions {
  /** Of the service that answers; its calls begin with the words of the release. */
  readonly baseUrl: string;
  readonly state?: string | object;
  readonly rollout?: object;
  readonly gates?: readonly object[];
  readonly environment?: object;
  readonly env?: Readonly<Record<string, string>>;
  /** What a candidate says, and the model it asks. */
  readonly candidate?: { readonly words?: string; readonly model?: string };
  readonly providers?: object;
}

export async function serveCanary(options: CanaryOptions): Promise<ServedCanary> {
  const { baseUrl, state, candidate = {}, providers = {} } = options;
  const { rollout = { steps: [{ weight: '50%', calls: 20 }] }, environment = {} } = options;
  const env = { FAKE_KEY: 'a-key', ...options.env };
  const environments = { live: { rollout: { strategy: 'canary', ...rollout }, ...environment } };
  const project = await makeDelivery(environments);
  const fake = { type: 'openai', baseUrl, apiKey: 'env:FAKE_KEY', retries: 0 };
  await project.write('llmci.yaml', {
    ...{ environments, providers: { fake, ...providers } },
    ...(state !== undefined && { state }),
  });
  const { gates = [{ metric: 'errors', maxDrop: '5%' }] } = options;
  await project.write('prompts/reply.thresholds.yaml', { gates: [{ metric: 'pass', min: 0.9 }], live: { gates } });
  const llmci = (...args: readonly string[]) => runCli(args, { cwd: project.dir, env });
  for (const { words, model } of [
    { words: 'Hello', model: 'fake/m' },
    { words: candidate.words ?? 'Good day', model: candidate.model ?? 'fake/m' },
  ]) {
    const messages = [{ role: 'user', content: `${words} {{ name }}` }];
    await project.write('prompts/reply.prompt.yaml', { model, messages });
    await project.commit(words);
    for (const args of [['release'], ['promote', 'reply', '--to', 'live', '--force']]) {
      const { code, stdout, stderr } = await llmci(...args);
      if (code !== 0) throw new Error(`${args.join(' ')}: ${stdout}${stderr}`);
    }
  }
  const serveBy =
    (start: typeof startHere) =>
    async (folder = project.dir): Promise<ServedGateway> => {
      const process = start(['serve', '--env', 'live', '--port', '0'], { cwd: folder, env });
      const address = (await process.waitForOutput(/(http:\S+) serves live/))[1] ?? '';
      afterThisTest(async () => {
        process.kill('SIGTERM');
        await process.result;
      });
      return {
        ...{ address, process },
        ask: (unit, name = unit, headers = {}) => askAt(address, unit, name, headers),
        status: async () => (await (await fetch(`${address}/-/status`)).json()) as GatewayStatus,
      };
    };
  const otherMachine = async () => {
    const folder = await mkdtemp(join(tmpdir(), 'llmci-machine-'));
    await cp(project.dir, folder, { recursive: true, filter: (path) => !path.includes('.llmci') });
    return folder;
  };
  const [serve, serveApart] = [
    serveBy(startHere),
    serveBy((args, input) => startCli(args, { ...input, timeoutMs: 300_000 })),
  ];
  return { project, env, serve, serveApart, otherMachine, llmci };
}

async function askAt(
  address: string,
  unit: string,
  name: string,
  headers: Readonly<Record<string, string>>,
): Promise<Asked> {
  const response = await fetch(`${address}/v1/responses`, {
    method: 'POST',
    headers: { 'llmci-unit': unit, ...headers },
    body: JSON.stringify({ prompt: { id: 'reply', variables: { name } } }),
  });
  const text = await response.text();
  return {
    ...{ status: response.status, text },
    arm: response.headers.get('llmci-arm'),
    release: response.headers.get('llmci-release'),
    call: response.headers.get('llmci-call'),
  };
}
