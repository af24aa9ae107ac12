import type { RunRecord } from '../../src/model/run-record.js';
import { afterThisTest } from './cleanup.js';
import type { CliOptions } from './cli.js';
import type { BatchOptions } from './model-server/batch-desk.js';
import type { Respond } from './model-server/behaviour.js';
import { type ModelServer, startModelServer } from './model-server.js';
import { makeProject, type Project } from './project.js';

/** The types of providers that have batches. */
export const TYPES = ['openai', 'anthropic'] as const;
export type Type = (typeof TYPES)[number];
const MODELS: Readonly<Record<Type, string>> = { openai: 'gpt-4.1-mini', anthropic: 'claude-sonnet-4-0' };
/** Dollars for a million tokens, input and output. */
export const PRICES = { input: 1000, output: 3000 };
/** Must be in no file and on no stream. */
export const KEY = 'a-canary-key-of-no-known-shape';

/** What is not as usual about a project and its server. */
export interface Setting {
  readonly texts?: readonly string[];
  readonly batches?: BatchOptions;
  readonly respond?: Respond;
  readonly suite?: object;
  readonly config?: object;
  readonly prompt?: object;
  /** One that runs already. */
  readonly server?: ModelServer;
}

/** Starts a server, and makes a project with one suite that asks it to repeat each text. Both end with the test. */
export async function startBatchProject(type: Type, setting: Setting = {}) {
  const { texts = ['one', 'two', 'three'], batches = {}, respond, suite, config, prompt } = setting;
  const server = setting.server ?? (await startModelServer({ batches, ...(respond && { respond }) }));
  if (!setting.server) afterThisTest(() => server.close());
  const baseUrl = type === 'openai' ? server.openaiBaseUrl : server.anthropicBaseUrl;
  const model = `svc/${MODELS[type]}`;
  const project = await makeProject({
    'llmci.yaml': {
      providers: { svc: { type, baseUrl, apiKey: 'env:SVC_KEY' } },
      prices: { [model]: PRICES },
      ...config,
    },
    'prompts/say.prompt.yaml': { model, messages: [{ role: 'user', content: '{{ text }}' }], ...prompt },
    'evals/say.eval.yaml': {
      prompt: 'say',
      cases: texts.map((text, index) => ({ id: `case-${index + 1}`, vars: { text }, expected: text })),
      metrics: [{ metric: 'equals' }],
      gates: [{ metric: 'pass', min: 1, decide: 'point' }],
      ...suite,
    },
  });
  return { server, project };
}

/** How the project's suite is run with batches. */
export function batchArgs(project: Project, flags: readonly string[] = []): [string[], CliOptions] {
  const args = ['eval', '--batch', '--reporter', 'json=record.json', ...flags];
  return [args, { cwd: project.dir, env: { SVC_KEY: KEY }, timeoutMs: 60_000 }];
}

/** The record of the last run. */
export const readRecord = async (project: Project) => (await project.readJson('record.json')) as RunRecord;
/** Calls that ask a model at once. */
export const liveCalls = ({ calls }: ModelServer) => calls.filter(({ path }) => /completions$|messages$/.test(path));
