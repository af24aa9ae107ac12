import { type RunRecord, type RunSummary, runRecordSchema, runSummarySchema } from '../../src/model/run-record.js';
import { afterThisTest } from './cleanup.js';
import { type CliInput, type CliOptions, type CliResult, runCli, startCli } from './cli.js';
import { type ModelServer, type ModelServerOptions, startModelServer } from './model-server.js';
import { makeProject, type Project } from './project.js';

/** A project of one suite whose cases ask a server; a case passes when the answer contains `ok`. */
export interface ServedProject {
  readonly server: ModelServer;
  readonly project: Project;
  llmci(args: readonly string[], options?: CliInput): Promise<CliResult>;
  start(args: readonly string[], options?: CliOptions): ReturnType<typeof startCli>;
  /** The record that `--json` prints, with the way the command ended. */
  record(
    args: readonly string[],
    options?: CliInput,
  ): Promise<{ readonly result: CliResult; readonly record: RunRecord }>;
  /** What the newest run below a folder for runs (all of the project, unless given) has come to. */
  summary(out?: string): Promise<RunSummary>;
  /** The files of the newest run's folder, by name. */
  runFile(name: string): Promise<string>;
}

export interface ServedOptions {
  /** How many cases there are, or the question of each. */
  readonly cases?: number | readonly string[];
  /** Keys of the prompt besides its model and message. */
  readonly prompt?: object;
  /** Keys of the provider's entry besides type, address and key. */
  readonly provider?: object;
  readonly config?: object;
  readonly suite?: object;
  /** Null for a prompt without such a file. */
  readonly thresholds?: object | null;
  readonly files?: Readonly<Record<string, string | object>>;
}

/** What the server's requests have to carry. */
export const KEY = 'a-key-of-no-known-shape';

/** So many different questions. */
export const questions = (n: number): string[] => Array.from({ length: n }, (_, index) => `ok ${index + 1}`);

export async function makeServedProject(
  server: ModelServerOptions,
  options: ServedOptions = {},
): Promise<ServedProject> {
  const running = await startModelServer(server);
  afterThisTest(() => running.close());
  const { cases = 10, provider = {}, config = {}, prompt = {}, suite = {}, files = {} } = options;
  const { thresholds = { gates: [{ metric: 'pass', min: 0.9 }] } } = options;
  const project = await makeProject({
    'llmci.yaml': {
      providers: { fake: { type: 'openai', baseUrl: running.openaiBaseUrl, apiKey: 'env:FAKE_KEY', ...provider } },
      ...config,
    },
    'prompts/reply.prompt.yaml': {
      model: 'fake/model-1',
      messages: [{ role: 'user', content: '{{ ticket }}' }],
      ...prompt,
    },
    ...(thresholds === null ? {} : { 'prompts/reply.thresholds.yaml': thresholds }),
    'evals/reply.eval.yaml': {
      prompt: 'reply',
      metrics: [{ metric: 'contains', value: 'ok' }],
      cases: (typeof cases === 'number' ? questions(cases) : cases).map((ticket, index) => ({
        id: `c${index + 1}`,
        vars: { ticket },
      })),
      ...suite,
    },
    ...files,
  });
  const base = { cwd: project.dir, env: { FAKE_KEY: KEY } };
  const llmci = (args: readonly string[], more: CliInput = {}) =>
    runCli(args, { ...base, ...more, env: { ...base.env, ...more.env } });
  return {
    server: running,
    project,
    llmci,
    start: (args, more = {}) => startCli(args, { ...base, ...more }),
    record: async (args, more = {}) => {
      const result = await llmci([...args, '--json'], more);
      if (!result.stdout.startsWith('{')) throw new Error(`no record: ${result.stdout}${result.stderr}`);
      return { result, record: runRecordSchema.parse(JSON.parse(result.stdout)) };
    },
    summary: async (out = '') => {
      const runs = (await project.list()).filter((path) => path.startsWith(out) && path.endsWith('/run.json'));
      return runSummarySchema.parse(await project.readJson(runs.at(-1) ?? 'no run'));
    },
    runFile: async (name) => project.read((await project.list()).findLast((path) => path.endsWith(`/${name}`)) ?? name),
  };
}
