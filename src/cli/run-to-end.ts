import { relative, resolve } from 'node:path';
import { Stop, type StopSignal } from '../calls/stop.js';
import { realWorld } from '../calls/world.js';
import { describeShard } from '../core/scores/shard.js';
import { EXIT } from '../core/text/exit-code.js';
import { count } from '../core/text/format.js';
import { printable } from '../core/text/printable.js';
import type { Manifest } from '../model/manifest.js';
import type { RunReader, RunSummary } from '../model/run-record.js';
import type { Project } from '../project/load.js';
import { findRoot } from '../project/source/files.js';
import { reportVerdictLine } from '../reporters/console.js';
import { joinsConsole } from '../reporters/index.js';
import { createProgress, type Progress, type ProgressState } from '../reporters/progress.js';
import type { Begun } from '../runs/begin.js';
import { runSuites } from '../runs/run.js';
import type { StartOptions } from '../runs/setup/start-options.js';
import { placeNamed } from '../store/files/places.js';
import { clearPending } from '../store/runs/pending-reports.js';
import { runFolder } from '../store/runs/run-folder.js';
import { isWhole } from '../store/runs/run-list.js';
import { shardPath, writeShard } from '../store/runs/shard-file.js';
import { noteTargets, withPending } from './pending-targets.js';
import { reportPlace, requireRoom, streamSink } from './report-file.js';
import { commandToGoOn } from './resume.js';
import { showError } from './show-error.js';
import { type Terminal, usesColor } from './terminal.js';
import { parseReporters, type ReportTarget, requireOneWriter, writeReports } from './write-reports.js';

/** How long calls in flight may still take after Ctrl-C or SIGTERM, or for a run that takes its place, in milliseconds. */
export const GRACE_MS = 5000;

/** How long a run may take to close after it was told twice; then it ends as it is. Its results are in the journal. */
const CLOSING_MS = 3000;

/** The flags that say how a run is shown and where it goes. */
export interface ShowFlags {
  readonly reporter?: readonly string[];
  readonly quiet?: boolean;
  readonly json?: boolean;
  readonly cwd?: string;
  readonly config?: string;
  readonly out: string;
  readonly shardFile?: string;
}

/** Where a run is shown. */
export interface Showing {
  readonly targets: readonly ReportTarget[];
  readonly flags: ShowFlags;
  readonly terminal: Terminal;
  /** Told of a run that could be closed, however it went. */
  readonly onClosed?: (summary: RunSummary) => void;
}

/**
 * Runs with signals and progress, reports, and says how to go on with what was cut short. Returns the exit code. Whoever gives
 * `stop` may end the run for another that takes its place: of such a run nothing is told. Throws `cannot-write`, before
 * anything is paid for, when a report could not be written.
 */
export async function runToEnd(
  project: Project,
  options: StartOptions,
  showing: Showing,
  stop: Stop = new Stop(),
): Promise<number> {
  const { flags, terminal } = showing;
  await requireRooms(showing, options.shard !== null);
  const { stderr, env } = terminal;
  const world = realWorld(env);
  const quiet = flags.quiet === true || flags.json === true;
  let progress: Progress | null = null;
  let begun: Begun | null = null;
  let state: ProgressState = { finished: 0, errors: 0, failed: 0, usd: 0, inFlight: 0 };
  const show = (change: Partial<ProgressState>) => {
    state = { ...state, ...change };
    progress?.update(state);
  };
  const release = listenForSignals(stop, terminal, (line) => progress?.log(line));
  const places = { root: project.root };
  let { targets } = showing;
  if (options.past?.kind === 'resume')
    targets = await withPending(targets, runFolder(options.out, options.past.manifest.runId), places, (line) =>
      stderr.write(`${printable(line)}\n`),
    );
  let exitCode: number = EXIT.error;
  try {
    const run = await runSuites(project, options, {
      world,
      stop,
      onStart: (plan, start) => {
        begun = start;
        noteTargets(start.run.folder, targets, places);
        progress = createProgress(stderr, { color: usesColor(stderr, env), total: plan.size, now: world.now, quiet });
      },
      onProgress: show,
      onConfirm: (cases) =>
        progress?.log(
          `Asking ${count(cases, 'newly broken case')} again, with the prompt of today and that of the baseline.`,
        ),
      batches: {
        onStep: (step) => progress?.log(step),
        onProgress: (batched) => show({ batched }),
      },
      onFinish: async (finished) => {
        progress?.done();
        if (stop.reason === 'replaced') return;
        showing.onClosed?.(finished.summary);
        const { folder } = (begun as Begun).run;
        exitCode = await reportRun(finished, folder, targets, flags, terminal);
        await keepShard(folder, (begun as Begun).manifest, options.out, showing);
      },
    });
    if (stop.reason === 'replaced') return EXIT.interrupted;
    if (!isWhole(run.summary) && options.mode !== 'replay') sayHowToGoOn(run.summary.runId, project, flags, terminal);
    return exitCode;
  } catch (error) {
    (progress as Progress | null)?.done();
    const failed = showError(error, terminal);
    if (begun) sayHowToGoOn((begun as Begun).run.id, project, flags, terminal);
    return failed;
  } finally {
    release();
  }
}

async function requireRooms({ targets, flags, terminal }: Showing, isPart: boolean): Promise<void> {
  const folder = resolve(flags.cwd ?? terminal.cwd());
  const part = isPart && flags.shardFile !== undefined ? reportPlace(folder, flags.shardFile) : null;
  for (const place of [...targets.map(({ file }) => file), part]) if (place !== null) await requireRoom(place);
}

/**
 * Writes the reports of a run. Returns its exit code, or 3 in place of 0 when one could not be written; going on with the
 * run writes that one.
 */
export async function reportRun(
  run: RunReader,
  folder: string,
  targets: readonly ReportTarget[],
  flags: ShowFlags,
  terminal: Terminal,
): Promise<number> {
  const failures = await writeReports(run, targets, terminal);
  if (flags.quiet && targets.every(leavesConsole)) await reportVerdictLine(run.summary, streamSink(terminal));
  for (const failure of failures) showError(failure, terminal);
  if (failures.length === 0) await clearPending(folder);
  return failures.length > 0 && run.summary.exitCode === EXIT.pass ? EXIT.error : run.summary.exitCode;
}

/** People get the console report too, unless another one is what standard output is for. */
export function targetsOf(
  flags: ShowFlags,
  command: 'eval' | 'merge' | 'rescore',
  terminal: Terminal,
): readonly ReportTarget[] {
  const folder = resolve(flags.cwd ?? terminal.cwd());
  const named = parseReporters(flags.reporter ?? [], { command, folder, json: flags.json ?? false });
  if (flags.shardFile !== undefined) requireOneWriter(named, reportPlace(folder, flags.shardFile), command);
  if (flags.quiet || !named.every(leavesConsole)) return named;
  return [{ name: 'console', file: null }, ...named];
}

/** Whether standard output still is for people when this report is written. */
function leavesConsole({ name, file }: ReportTarget): boolean {
  return file !== null || joinsConsole(name);
}

/** Writes the file of a run that is a part of a plan, whole or not: what it lacks counts as not evaluated. */
export async function keepShard(
  folder: string,
  manifest: Manifest,
  out: string,
  { flags, terminal }: Omit<Showing, 'targets'>,
): Promise<void> {
  if (!manifest.shard) return;
  const cwd = resolve(flags.cwd ?? terminal.cwd());
  const { shard } = manifest;
  const named = flags.shardFile === undefined ? null : resolve(cwd, flags.shardFile);
  const find = () => (named === null ? shardPath(out, shard) : placeNamed(findRoot(cwd), named));
  await writeShard(find, folder, manifest);
  const path = named ?? find();
  const shown = relative(cwd, path).startsWith('..') ? path : relative(cwd, path);
  if (!flags.quiet) terminal.stderr.write(`Part ${describeShard(shard)} is in ${shown}\n`);
}

/** The project may be another than the one around this folder, if its suites were named by their files. */
function sayHowToGoOn(run: string, { root }: Pick<Project, 'root'>, flags: ShowFlags, terminal: Terminal): void {
  const current = terminal.cwd();
  const isAround = findRoot(resolve(current, flags.cwd ?? '.')) === root;
  const { out, cwd } = isAround ? flags : { ...flags, cwd: relative(current, root) };
  const command = commandToGoOn(run, cwd === undefined ? { out } : { out, cwd });
  if (!flags.quiet) terminal.stderr.write(`To go on with it: ${command}\n`);
}

const SIGNALS: readonly StopSignal[] = ['SIGINT', 'SIGTERM'];

/**
 * The first signal ends the run in order, the second at once, and a third is left to the system, which ends the process. So
 * it is when something does not let the run end. Returns how to stop listening.
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
      // Nobody listens any more: this is what the system makes of a third
      timer = setTimeout(() => process.kill(process.pid, signal), CLOSING_MS);
      return stop.cancel();
    }
    stop.request('interrupted', signal);
    log('Stopping: waiting for the calls in flight. Press Ctrl-C again to stop at once.');
    timer = setTimeout(() => stop.cancel(), GRACE_MS);
  };
  for (const signal of SIGNALS) terminal.on(signal, onSignal);
  return release;
}
