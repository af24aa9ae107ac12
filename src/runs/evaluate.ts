import { Stop } from '../calls/stop.js';
import { realWorld } from '../calls/world.js';
import { LlmciError } from '../core/text/errors.js';
import type { RunRecord } from '../model/run-record.js';
import { loadProject, type Project } from '../project/load.js';
import { openOut } from '../store/git/out-folder.js';
import { wholeName } from '../store/runs/runs.js';
import { type EvaluateOptions, inWordsOfCode, readOptions } from './evaluate-options.js';
import { runSuites } from './run.js';
import { configPath } from './setup/config-path.js';
import type { StartOptions } from './setup/start-options.js';

/**
 * Runs the suites of a project as `llmci eval` does and returns the run record; its `exitCode` is what the command would
 * exit with. Rejects with LlmciError for what is wrong with the files or the options.
 */
export async function evaluate(options: EvaluateOptions = {}): Promise<RunRecord> {
  const { cwd, config, out = '.llmci', metrics, providers, signal, onProgress, ...settings } = readOptions(options);
  const stop = new Stop();
  if (signal?.aborted) stop.cancel();
  const onAbort = () => stop.cancel();
  signal?.addEventListener('abort', onAbort, { once: true });
  let project: Project | null = null;
  try {
    project = await loadProject({ cwd, config, models: settings.models, metrics, providers });
    const start: StartOptions = {
      ...settings,
      baseline: settings.baseline === null ? null : wholeName(cwd ?? '.', settings.baseline),
      config: configPath(project.root, cwd, config),
      out: await openOut(project.root, out),
      shard: null,
      past: null,
    };
    const run = await runSuites(project, start, { world: realWorld(), stop, ...(onProgress ? { onProgress } : {}) });
    const results: RunRecord['results'] = [];
    for await (const result of run.results()) results.push(result);
    return { ...run.summary, results };
  } catch (error) {
    throw error instanceof LlmciError ? inWordsOfCode(error) : error;
  } finally {
    signal?.removeEventListener('abort', onAbort);
    await project?.threads.close();
  }
}
