import { type RunRecord, runRecordSchema } from '../../src/model/run-record.js';
import { afterThisTest } from './cleanup.js';
import { type CliOptions, type CliResult, runCli, startCli } from './cli.js';
import { type ModelServer, type ModelServerOptions, startModelServer } from './model-server.js';
import { makeProject, type Project } from './project.js';

/** A project of one suite whose cases ask a server; a case passes when the answer contains `ok`. */
export interface ServedProject {
  readonly server: ModelServer;
  readonly project: Project;
  llmci(args: readonly string[], options?: CliOptions): Promise<CliResult>;
  start(args: readonly string[], options?: CliOptions): ReturnType<typeof startCli>;
  /** The record that `--json` prints, with the way the command ended. */
  record(
    args: readonly string[],
    options?: CliOptions,
  ): Promise<{ readonly result: CliResult; readonly record: RunRecord }>;
  /** The files of the newest run's folder, by name. */
  runFile(name: string): Promise<string>;
}

export interface ServedOptions {
  readonly cases?: number;
  /** Keys of the provider's entry besides type, address and key. */
  readonly provider?: object;
  readonly config?: object;
  readonly suite?: object;
  readonly thresholds?: object;
  readonly files?: Readonly<Record<string, string | object>>;
}

export async function makeServedProject(
  server: ModelServerOptions,
  options: ServedOptions = {},
): Promise<ServedProject> {
  const running = await startModelServer(server);
  afterThisTest(() => running.close());
  const { cases = 10, provider = {}, config = {}, suite = {}, files = {} } = options;
  const project = await makeProject({
    'llmci.yaml': {
      providers: { fake: { type: 'openai', baseUrl: running.openaiBaseUrl, apiKey: 'env:FAKE_KEY', ...provider } },
      ...config,
    },
    'prompts/reply.prompt.yaml': { model: 'fake/model-1', messages: [{ role: 'user', content: '{{ ticket }}' }] },
    'prompts/reply.thresholds.yaml': options.thresholds ?? { gates: [{ metric: 'pass', min: 0.9 }] },
    'evals/reply.eval.yaml': {
      prompt: 'reply',
      metrics: [{ metric: 'contains', value: 'ok' }],
      cases: Array.from({ length: cases }, (_, index) => ({
        id: `c${index + 1}`,
        vars: { ticket: `ok ${index + 1}` },
      })),
      ...suite,
    },
    ...files,
  });
  const base = { cwd: project.dir, env: { FAKE_KEY: 'a-key-of-no-known-shape' } };
  const llmci = (args: readonly string[], more: CliOptions = {}) =>
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
    runFile: async (name) => project.read((await project.list()).findLast((path) => path.endsWith(`/${name}`)) ?? name),
  };
}
