import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CliProcess, runCli, startCli } from './cli.js';
import type { ModelServerProcess } from './model-server-process.js';
import { makeProject, type Project } from './project.js';

/** Runs to be killed, in one project, against a server in a process of its own that counts the calls of each sample. */
export interface Victim {
  readonly samples: number;
  /** Begins the text of every sample of this project, so that the server can tell its calls from others. */
  readonly name: string;
  readonly project: Project;
  readonly server: ModelServerProcess;
}

/** How a run that was killed and gone on with ended. */
export interface Recovery {
  readonly runId: string;
  /** Samples whose output was in the journal at the kill. */
  readonly kept: number;
  readonly code: number | null;
  /** Distinct samples in the record, and all results that it holds. */
  readonly distinct: number;
  readonly results: number;
  readonly finished: number;
  readonly live: number;
  readonly cached: number;
}

const env = { FAKE_KEY: 'a-key-of-no-known-shape' };

/** Every answer passes. */
export async function makeVictim(
  server: ModelServerProcess,
  { name, samples, concurrency }: { readonly name: string; readonly samples: number; readonly concurrency: number },
): Promise<Victim> {
  const provider = { type: 'openai', baseUrl: server.openaiBaseUrl, apiKey: 'env:FAKE_KEY', concurrency };
  const project = await makeProject({
    'llmci.yaml': { providers: { fake: provider } },
    'prompts/reply.prompt.yaml': { model: 'fake/model-1', messages: [{ role: 'user', content: '{{ ticket }}' }] },
    'prompts/reply.thresholds.yaml': { gates: [{ metric: 'pass', min: 0.9 }] },
    'evals/reply.eval.yaml': {
      prompt: 'reply',
      metrics: [{ metric: 'contains', value: name }],
      cases: Array.from({ length: samples }, (_, index) => ({
        id: `c${index + 1}`,
        vars: { ticket: `${name} ${index + 1}` },
      })),
    },
  });
  return { name, samples, project, server };
}

export function startVictim({ project }: Victim, args: readonly string[]): CliProcess {
  return startCli(['eval', '--quiet', ...args], { cwd: project.dir, env });
}

/** Kills runs when the server has answered so many calls of the project, and some milliseconds more. */
export async function killRuns(
  victim: Victim,
  runs: readonly CliProcess[],
  answered: number,
  ms: number,
): Promise<void> {
  while ((await answeredOf(victim)) < answered) await sleep(5);
  await sleep(ms);
  for (const run of runs) run.kill('SIGKILL');
  await Promise.all(runs.map(({ result }) => result));
}

/** Complete answers that the server has given to the project, repeated ones counted. */
export async function answeredOf({ server, name }: Victim): Promise<number> {
  const { answeredTexts } = await server.stats();
  const own = Object.entries(answeredTexts).filter(([text]) => text.startsWith(`${name} `));
  return own.reduce((sum, [, count]) => sum + count, 0);
}

/** Goes on with a run that was killed. */
export async function recover(victim: Victim, runId: string): Promise<Recovery> {
  const { project } = victim;
  const kept = answeredIn(await readFile(project.path('.llmci', 'runs', runId, 'results.jsonl'), 'utf8'));
  const { code, stdout, stderr } = await runCli(['eval', '--resume', runId, '--json'], { cwd: project.dir, env });
  if (!stdout.startsWith('{')) throw new Error(stdout + stderr);
  const record = JSON.parse(stdout) as {
    results: { case: string }[];
    samples: { finished: number };
    usage: { calls: { live: number; cache: number } };
  };
  return {
    runId,
    kept,
    code,
    distinct: new Set(record.results.map(({ case: id }) => id)).size,
    results: record.results.length,
    finished: record.samples.finished,
    live: record.usage.calls.live,
    cached: record.usage.calls.cache,
  };
}

/** The runs of the project, the oldest first. */
export async function runsOf({ project }: Victim): Promise<readonly string[]> {
  const ids = (await project.list()).flatMap((path) => /^\.llmci\/runs\/([^/]+)\/plan\.json$/.exec(path)?.[1] ?? []);
  return ids.sort();
}

/** Samples whose output is in the journal, scored or not: neither is asked for again. */
function answeredIn(journal: string): number {
  const lines = journal.split('\n').slice(0, -1);
  return new Set(lines.map((line) => /^\{"(?:index|unscored)":(\d+)/.exec(line)?.[1]).filter(Boolean)).size;
}
