import { resolve } from 'node:path';
import { EXIT } from '../core/exit-code.js';
import { describePlan, estimatePlan } from '../pipeline/dry-run.js';
import { type RunOptions, runSuites } from '../pipeline/run.js';
import type { Selection } from '../pipeline/select.js';
import { Stop, type StopSignal } from '../pipeline/stop.js';
import { realWorld } from '../pipeline/world.js';
import { loadProject } from '../project/load.js';
import { reportVerdictLine } from '../reporters/console.js';
import { createProgress, type Progress, type ProgressState } from '../reporters/progress.js';
import type { EvalFlags } from './commands/eval.js';
import { showError } from './show-error.js';
import { type Terminal, usesColor } from './terminal.js';
import { parseReporters, type ReportTarget, streamSink, writeReports } from './write-reports.js';

/** How long calls in flight may still take after Ctrl-C or SIGTERM, in milliseconds. */
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
    batch: flags.batch ?? false,
    allowNoGates: flags.allowNoGates ?? false,
    failFast: flags.failFast ?? false,
    baseline: flags.baseline ?? null,
    seed: flags.seed ?? null,
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
  let state: ProgressState = { finished: 0, errors: 0, failed: 0, usd: 0, inFlight: 0 };
  const show = (change: Partial<ProgressState>) => {
    state = { ...state, ...change };
    progress?.update(state);
  };
  const release = listenForSignals(stop, terminal, (line) => progress?.log(line));
  try {
    const run = await runSuites(project, options, {
      world,
      stop,
      onStart: (plan) => {
        progress = createProgress(stderr, { color: usesColor(stderr, env), total: plan.size, now: world.now, quiet });
      },
      onProgress: show,
      batches: {
        onStep: (step) => progress?.log(step),
        onProgress: (batched) => show({ batched }),
      },
    });
    (progress as Progress | null)?.done();
    const failures = await writeReports(run, targets, terminal, resolve(cwd));
    if (flags.quiet && targets.every((target) => target.file !== null))
      await reportVerdictLine(run.summary, streamSink(terminal));
    for (const failure of failures) showError(failure, terminal);
    return failures.length > 0 && run.summary.exitCode === EXIT.pass ? EXIT.error : run.summary.exitCode;
  } finally {
    (progress as Progress | null)?.done();
    release();
  }
}

/** People get the console report too, unless another one is what standard output is for. */
function targetsOf(flags: EvalFlags): readonly ReportTarget[] {
  const named = parseReporters(flags.reporter ?? [], { command: 'eval', json: flags.json ?? false });
  if (flags.quiet || named.some((target) => target.file === null)) return named;
  return [{ name: 'console', file: null }, ...named];
}

const SIGNALS: readonly StopSignal[] = ['SIGINT', 'SIGTERM'];

/**
 * The first signal ends the run in order, the second at once, and a third is left to the system, which ends the process.
 * Returns how to stop listening.
 */
function listenForSignals(stop: Stop, terminal: Terminal, log: (line: string) => void): () => void {
  let timer: NodeJS.Timeout | null = null;
  const release = () => {
    if (timer) clearTimeout(timer);
    for (const signal of SIGNALS) terminal.off(signal, onSignal);
  };
  const onSignal = (signal: StopSignal) => {
    if (timer !== null) {
      release();
      return stop.cancel();
    }
    stop.request('interrupted', signal);
    log('Stopping: waiting for the calls in flight. Press Ctrl-C again to stop at once.');
    timer = setTimeout(() => stop.cancel(), GRACE_MS);
  };
  for (const signal of SIGNALS) terminal.on(signal, onSignal);
  return release;
}
