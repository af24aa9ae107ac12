import { resolve } from 'node:path';
import { EXIT } from '../core/exit-code.js';
import { describePlan, estimatePlan } from '../pipeline/dry-run.js';
import { type RunOptions, runSuites } from '../pipeline/run.js';
import type { Selection } from '../pipeline/select.js';
import { Stop } from '../pipeline/stop.js';
import { realWorld } from '../pipeline/world.js';
import { loadProject } from '../project/load.js';
import { reportVerdictLine } from '../reporters/console.js';
import { createProgress, type Progress } from '../reporters/progress.js';
import type { EvalFlags } from './commands/eval.js';
import { showError } from './show-error.js';
import { type Terminal, usesColor } from './terminal.js';
import { parseReporters, type ReportTarget, streamSink, writeReports } from './write-reports.js';

/** How long calls in flight may still take after Ctrl-C, in milliseconds. */
const GRACE_MS = 5000;

/** The eval command: loads, runs, reports. Returns the exit code. */
export async function evaluateFromCli(selection: Selection, flags: EvalFlags, terminal: Terminal): Promise<number> {
  const { stdout, stderr, env } = terminal;
  const cwd = flags.cwd ?? terminal.cwd();
  const targets = targetsOf(flags);
  const world = { ...realWorld(), env };
  const project = await loadProject({ cwd, config: flags.config, models: flags.model });
  const options: RunOptions = {
    selection,
    mode: flags.replay ? 'replay' : flags.record ? 'record' : 'normal',
    cache: flags.cache,
    concurrency: flags.concurrency ?? null,
    timeoutMs: flags.timeout ?? null,
    budgetUsd: flags.budget ?? null,
    allowNoGates: flags.allowNoGates ?? false,
    failFast: flags.failFast ?? false,
    baseline: flags.baseline ?? null,
    out: resolve(project.root, flags.out),
  };
  if (flags.dryRun) {
    const estimate = await estimatePlan(project, options, world);
    stdout.write(flags.json ? `${JSON.stringify(estimate, null, 2)}\n` : describePlan(estimate));
    return EXIT.pass;
  }

  const stop = new Stop();
  const quiet = flags.quiet === true || flags.json === true;
  let progress: Progress | null = null;
  const release = listenForSignals(stop, terminal, (line) => progress?.log(line));
  try {
    const run = await runSuites(project, options, {
      world,
      stop,
      onStart: (plan) => {
        progress = createProgress(stderr, { color: usesColor(stderr, env), total: plan.size, now: world.now, quiet });
      },
      onProgress: (state) => progress?.update({ ...state, inFlight: 0 }),
    });
    (progress as Progress | null)?.done();
    const failures = await writeReports(run, targets, terminal, resolve(cwd));
    if (flags.quiet) await reportVerdictLine(run.summary, streamSink(terminal));
    for (const failure of failures) showError(failure, terminal);
    return failures.length > 0 && run.summary.exitCode === EXIT.pass ? EXIT.error : run.summary.exitCode;
  } finally {
    (progress as Progress | null)?.done();
    release();
  }
}

/** People get the console report too, unless another one is what standard output is for. */
function targetsOf(flags: EvalFlags): readonly ReportTarget[] {
  const named = parseReporters(flags.reporter ?? []);
  if (flags.json) return [...named, { name: 'json', file: null }];
  if (flags.quiet || named.some((target) => target.file === null)) return named;
  return [{ name: 'console', file: null }, ...named];
}

/** Ctrl-C once ends the run in order, twice at once. Returns how to stop listening. */
function listenForSignals(stop: Stop, terminal: Terminal, log: (line: string) => void): () => void {
  let timer: NodeJS.Timeout | null = null;
  const onSignal = () => {
    if (stop.reason === 'interrupted') return stop.cancel();
    stop.request('interrupted');
    log('Stopping: waiting for the calls in flight. Press Ctrl-C again to stop at once.');
    timer = setTimeout(() => stop.cancel(), GRACE_MS);
  };
  terminal.on('SIGINT', onSignal);
  return () => {
    if (timer) clearTimeout(timer);
    terminal.off('SIGINT', onSignal);
  };
}
