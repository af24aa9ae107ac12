import { Stop } from '../calls/stop.js';
import { realWorld } from '../calls/world.js';
import type { AnyMetric } from '../metrics/contract.js';
import type { RunRecord } from '../model/run-record.js';
import { loadProject } from '../project/load.js';
import type { AnyProvider } from '../providers/provider.js';
import { openOut } from '../store/out-folder.js';
import type { Progress } from './evaluate-rounds.js';
import { runSuites } from './run.js';
import { configPath } from './setup/config-path.js';

/** What an evaluation from code may be told; everything has the default that the command has. */
export interface EvaluateOptions {
  /** A folder in the project; default the current one. */
  readonly cwd?: string;
  /** Ids of suites; default all. */
  readonly suites?: readonly string[];
  readonly tags?: readonly string[];
  readonly cases?: readonly string[];
  readonly models?: readonly string[];
  readonly trials?: number;
  readonly concurrency?: number;
  /** Time limit of one request. */
  readonly timeoutMs?: number;
  /** The deadline of the run: when it is reached, nothing new starts and what is in flight is cancelled. */
  readonly maxTimeMs?: number;
  readonly budgetUsd?: number;
  /** Answer in batches: at half the price, and within a day. */
  readonly batch?: boolean;
  /** `replay` forbids live calls; `record` keeps their answers in the suites' cassettes. */
  readonly mode?: 'normal' | 'replay' | 'record';
  readonly cache?: boolean;
  readonly allowNoGates?: boolean;
  readonly failFast?: boolean;
  /** What gates compare with: `git:REF`, a baseline's file or a run; default the committed baselines. */
  readonly baseline?: string;
  /** Varies every random choice that a verdict hangs on; without it they are always the same. */
  readonly seed?: number;
  /** Another configuration than llmci.yaml. */
  readonly config?: string;
  /** Folder for runs and the cache; default .llmci. */
  readonly out?: string;
  /** Metrics and providers of your own, known in suites by their types. */
  readonly metrics?: readonly AnyMetric[];
  readonly providers?: readonly AnyProvider[];
  readonly onProgress?: (progress: Progress) => void;
  /** Ends the run in order; the record says that it was interrupted. */
  readonly signal?: AbortSignal;
}

/**
 * Runs the suites of a project as `llmci eval` does and returns the run record; its `exitCode` is what the command would
 * exit with. Rejects with LlmciError for what is wrong with the files or the options.
 */
export async function evaluate(options: EvaluateOptions = {}): Promise<RunRecord> {
  const { cwd, config, models, metrics, providers, signal, onProgress } = options;
  const project = await loadProject({ cwd, config, models, metrics, providers });
  const stop = new Stop();
  if (signal?.aborted) stop.cancel();
  const onAbort = () => stop.cancel();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const run = await runSuites(
      project,
      {
        selection: {
          suites: options.suites ?? [],
          tags: options.tags ?? [],
          cases: options.cases ?? [],
          trials: options.trials ?? null,
        },
        mode: options.mode ?? 'normal',
        cache: options.cache ?? true,
        concurrency: options.concurrency ?? null,
        timeoutMs: options.timeoutMs ?? null,
        maxTimeMs: options.maxTimeMs ?? null,
        budgetUsd: options.budgetUsd ?? null,
        batch: options.batch ?? false,
        allowNoGates: options.allowNoGates ?? false,
        failFast: options.failFast ?? false,
        baseline: options.baseline ?? null,
        seed: options.seed ?? null,
        out: await openOut(project.root, options.out ?? '.llmci'),
        models: models ?? [],
        config: configPath(project.root, cwd, config),
        shard: null,
        past: null,
      },
      { world: realWorld(), stop, ...(onProgress ? { onProgress } : {}) },
    );
    const results: RunRecord['results'] = [];
    for await (const result of run.results()) results.push(result);
    return { ...run.summary, results };
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}
