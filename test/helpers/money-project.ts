import { type RunSummary, runSummarySchema } from '../../src/model/run-record.js';
import { afterThisTest } from './cleanup.js';
import { type CliOptions, type CliResult, runCli, startCli } from './cli.js';
import { type ModelServer, type ModelServerOptions, startModelServer } from './model-server.js';
import { makeProject, type Project } from './project.js';

const KEY = 'a-key-of-no-known-shape';

/** A project whose model has a price: $100 for a million tokens in, $1,000 out. Every call takes 10 tokens in, 5 out. */
export interface MoneyProject {
  readonly server: ModelServer;
  readonly project: Project;
  llmci(args: readonly string[], options?: CliOptions): Promise<CliResult>;
  start(args: readonly string[]): ReturnType<typeof startCli>;
  /** Of the newest run. */
  summary(out?: string): Promise<RunSummary>;
}

export interface MoneySetting {
  readonly cases?: readonly string[];
  readonly provider?: object;
  readonly config?: object;
  readonly suite?: object;
  readonly files?: Readonly<Record<string, string | object>>;
}

/** So many different questions. */
export const questions = (n: number): string[] => Array.from({ length: n }, (_, index) => `ok ${index + 1}`);

/** A project of one suite whose cases ask the server; a case passes when the answer contains `ok`. */
export async function setUpMoney(server: ModelServerOptions = {}, setting: MoneySetting = {}): Promise<MoneyProject> {
  const usage = { inputTokens: 10, outputTokens: 5 };
  const answer: ModelServerOptions = { respond: (call) => ({ kind: 'text', text: call.lastUserText, usage }) };
  const running = await startModelServer({ ...answer, ...server });
  afterThisTest(() => running.close());
  const { cases = questions(5), provider = {}, config = {}, suite = {}, files = {} } = setting;
  const project = await makeProject({
    'llmci.yaml': {
      providers: { fake: { type: 'openai', baseUrl: running.openaiBaseUrl, apiKey: 'env:FAKE_KEY', ...provider } },
      prices: { 'fake/model-1': { input: 100, output: 1000 } },
      ...config,
    },
    'prompts/reply.prompt.yaml': {
      model: 'fake/model-1',
      modelParameters: { maxTokens: 100 },
      messages: [{ role: 'user', content: '{{ ticket }}' }],
    },
    'evals/reply.eval.yaml': {
      prompt: 'reply',
      metrics: [{ metric: 'contains', value: 'ok' }],
      cases: cases.map((ticket, index) => ({ id: `c${index + 1}`, vars: { ticket } })),
      gates: [{ metric: 'pass', min: 0.9 }],
      ...suite,
    },
    ...files,
  });
  const base = { cwd: project.dir, env: { FAKE_KEY: KEY } };
  return {
    server: running,
    project,
    llmci: (args, options = {}) => runCli(args, { ...base, ...options }),
    start: (args) => startCli(args, base),
    summary: async (out = '.llmci') => {
      const runs = (await project.list()).filter((path) => path.startsWith(out) && path.endsWith('/run.json'));
      return runSummarySchema.parse(await project.readJson(runs.at(-1) ?? 'no run'));
    },
  };
}
