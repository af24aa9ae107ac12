import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CliProcess, type CliResult, runCli, startCli } from './cli.js';
import { type ModelServerProcess, startModelServerProcess } from './model-server-process.js';
import { makeProject, type Project } from './project.js';

/** A project whose samples ask a server in a process of its own, to be killed at any moment. */
export interface Victim {
  readonly project: Project;
  readonly server: ModelServerProcess;
  start(args: readonly string[]): CliProcess;
  run(args: readonly string[]): Promise<CliResult>;
  close(): Promise<void>;
}

export interface VictimOptions {
  readonly samples: number;
  readonly concurrency: number;
  readonly delayMs: number;
}

/** Every answer passes, and every sample has a text of its own, so that the server can count its calls. */
export async function makeVictim({ samples, concurrency, delayMs }: VictimOptions): Promise<Victim> {
  const server = await startModelServerProcess({ delayMs, countTexts: true });
  const provider = { type: 'openai', baseUrl: server.openaiBaseUrl, apiKey: 'env:FAKE_KEY', concurrency };
  const project = await makeProject({
    'llmci.yaml': { providers: { fake: provider } },
    'prompts/reply.prompt.yaml': { model: 'fake/model-1', messages: [{ role: 'user', content: '{{ ticket }}' }] },
    'prompts/reply.thresholds.yaml': { gates: [{ metric: 'pass', min: 0.9 }] },
    'evals/reply.eval.yaml': {
      prompt: 'reply',
      metrics: [{ metric: 'contains', value: 'ticket' }],
      cases: Array.from({ length: samples }, (_, index) => ({
        id: `c${index + 1}`,
        vars: { ticket: `ticket ${index + 1}` },
      })),
    },
  });
  const options = { cwd: project.dir, env: { FAKE_KEY: 'a-key-of-no-known-shape' } };
  return {
    project,
    server,
    start: (args) => startCli(args, options),
    run: (args) => runCli(args, options),
    close: async () => {
      await server.close();
      await project.remove();
    },
  };
}

/** What became of a run that was killed and gone on with. */
export interface KillOutcome {
  /** Results in the journal when it was killed. */
  readonly kept: number;
  readonly code: number | null;
  /** Calls that the server has got in all. */
  readonly calls: number;
  /** Of them, before the kill. */
  readonly callsBefore: number;
  /** Distinct samples in the record, and all that it holds. */
  readonly distinct: number;
  readonly results: number;
  readonly live: number;
  readonly finished: number;
  /** Samples that were kept at the kill and called again all the same. */
  readonly again: number;
}

/** Kills a run once `after` calls were answered and some milliseconds more, then goes on with it. */
export async function killAndResume(
  victim: Victim,
  after: number,
  ms: number,
  args: readonly string[] = [],
): Promise<KillOutcome> {
  const run = victim.start(['eval', '--quiet', ...args]);
  while ((await victim.server.stats()).answered < after) await sleep(5);
  await sleep(ms);
  run.kill('SIGKILL');
  await run.result;
  const folder =
    (await victim.project.list()).find((path) => path.endsWith('/plan.json'))?.replace('/plan.json', '') ?? '';
  const kept = wholeLines(await readFile(victim.project.path(folder, 'results.jsonl'), 'utf8'));
  // What was in flight is cut off by now, or answered into nothing
  await sleep(50);
  const before = await victim.server.stats();
  const resumed = await victim.run(['eval', '--resume', '--json']);
  const record = JSON.parse(resumed.stdout) as {
    results: { case: string }[];
    samples: { finished: number };
    usage: { calls: { live: number } };
  };
  const after2 = await victim.server.stats();
  const again = kept.filter((name) => {
    const text = `ticket ${name.slice(1)}`;
    return (after2.answeredTexts[text] ?? 0) > (before.answeredTexts[text] ?? 0);
  });
  return {
    kept: kept.length,
    code: resumed.code,
    calls: after2.calls,
    callsBefore: before.calls,
    distinct: new Set(record.results.map(({ case: id }) => id)).size,
    results: record.results.length,
    live: record.usage.calls.live,
    finished: record.samples.finished,
    again: again.length,
  };
}

/** The cases of the whole result lines. */
function wholeLines(text: string): readonly string[] {
  return text
    .split('\n')
    .slice(0, -1)
    .filter((line) => line.startsWith('{"index"'))
    .map((line) => (JSON.parse(line) as { result: { case: string } }).result.case);
}
