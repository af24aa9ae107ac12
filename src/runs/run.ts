import { add, Tally } from '../answers/tally.js';
import { Stop } from '../calls/stop.js';
import type { World } from '../calls/world.js';
import { makePlan, type Plan, type Sample } from '../core/scores/plan.js';
import type { GateResult, Result, RunReader } from '../model/run-record.js';
import type { Project } from '../project/load.js';
import { openEarlierOutputs } from '../scoring/earlier-outputs.js';
import { Judge } from '../scoring/judge.js';
import { Tools } from '../scoring/tools.js';
import { readGit } from '../store/git.js';
import { finishRun } from '../store/run-folder.js';
import { openRun } from '../store/runs.js';
import { toolVersion } from '../store/version.js';
import { includeAside } from './aside.js';
import { findBaselines } from './baselines/baselines.js';
import { type BatchHooks, openBatches, type RunBatches, requireBatches } from './batches/batching.js';
import { type Begun, beginRun, notesOnPast } from './begin.js';
import { startClock } from './clock.js';
import { setDeadline } from './deadline.js';
import { execute } from './execute.js';
import { fingerprintOf } from './fingerprint.js';
import { judgeColumns, openColumns } from './judged-columns.js';
import { notesOn } from './notes.js';
import type { OnStored } from './restore.js';
import { type Round, Rounds } from './rounds.js';
import { settleWith } from './settle.js';
import { requireRunnable } from './setup/plan-checks.js';
import { prepareExecution } from './setup/prepare.js';
import type { StartOptions } from './setup/run-options.js';
import { selectSuites } from './setup/select.js';
import { summariseRun } from './summary.js';

/** Outcomes of one provider that may wait for their scores while its next calls are made. */
const BACKLOG = 200;

/** How far a run is. */
export interface Progress {
  readonly total: number;
  readonly finished: number;
  readonly errors: number;
  /** Samples that missed a pass mark. */
  readonly failed: number;
  readonly usd: number | null;
}

export interface RunHooks {
  readonly world: World;
  readonly stop?: Stop;
  readonly onStart?: (plan: Plan, run: Begun) => void;
  readonly onProgress?: (progress: Progress) => void;
  readonly batches?: BatchHooks;
}

/**
 * Runs the suites of a project: plan, execute, score, gate. Every result is in the run's journal as soon as it is there;
 * the run that is returned can be reported as often as needed.
 */
export async function runSuites(project: Project, given: StartOptions, hooks: RunHooks): Promise<RunReader> {
  const { world, stop = new Stop() } = hooks;
  const options = { ...given, baseline: await nameRun(given.baseline, given.out) };
  const { shard, past } = options;
  const calls = past?.kind !== 'merge';
  const plan = makePlan(selectSuites(project, options.selection));
  requireRunnable(plan, options);
  const execution = await prepareExecution(project, plan, options, world, { stop, requireKeys: calls });
  const inBatches = options.batch && calls;
  if (inBatches) requireBatches(plan, execution.providers);

  const baselines = shard ? [] : await findBaselines(project.root, plan, options.baseline, options.out);
  const earlier = await openEarlierOutputs(plan, project.metrics, options.baseline, options.out);
  const version = toolVersion();
  const dependencies = {
    ...{ project, execution, version, earlier: earlier?.runId ?? null },
    baselines: calls && !shard ? baselines : null,
  };
  const clock = startClock(world);
  const git = readGit(project.root);
  const begun = await beginRun(plan, fingerprintOf(plan, dependencies), options, world);
  const { run, results, restorer } = begun;

  const columns = openColumns(plan, baselines, options.seed);
  const rounds = new Rounds(plan, shard);
  const tally = new Tally();
  const { budgets } = execution;
  const judge = execution.judge && new Judge(execution, execution.judge);
  const tools = new Tools(project, execution, { tally, judge, earlier });
  hooks.onStart?.(plan, begun);

  const onResult = (result: Result) => {
    if (options.failFast && (result.passed === false || result.error)) stop.request('fail-fast');
    hooks.onProgress?.({
      total: rounds.scheduled - tally.waived,
      finished: tally.finished,
      errors: tally.errors,
      failed: tally.failed,
      usd: judge ? add(tally.usage.usd, judge.usage.usd) : tally.usage.usd,
    });
  };
  const keptOf = async (sample: Sample) => (await restorer?.keptOf(sample)) ?? null;
  const settlement = { plan, columns, execution, metrics: project.metrics, tools, judge, tally, run, keptOf, onResult };
  const settle = settleWith(settlement);
  const onStored: OnStored = (sample, result, whole) => {
    // A merged run has results of its own, as any other
    if (!calls) run.journal.append(sample.index, result);
    settle.stored(sample, result, whole);
  };

  const maxTimeMs = options.maxTimeMs ?? project.config.maxTimeMs;
  const liftDeadline = setDeadline(stop, maxTimeMs, world);
  let gates: readonly (readonly GateResult[])[] = [];
  let batching: RunBatches | null = null;
  try {
    if (inBatches) batching = await openBatches(run, plan, world, hooks.batches);
    for (const aside of (await results?.asides()) ?? []) includeAside(aside, { tally, judge, budgets });
    // The first failure can only stop what has not been started before it is known
    const backlog = options.failFast ? 1 : BACKLOG;
    for (let round: Round | null = rounds.first(); round !== null; ) {
      const left: Round = restorer ? await restorer.restore(round, onStored) : round;
      if (calls) await execute(execution, left, settle.outcome, backlog, { kept: restorer, batching });
      gates = shard ? [] : judgeColumns(plan, columns);
      round = stop.reason === null && tally.waived === 0 ? rounds.next(gates, columns) : null;
    }
    // Further trials that are not asked for any more would be in the record, and in no gate
    if (stop.reason === null && past?.kind === 'resume')
      for (const index of restorer?.unused() ?? []) run.journal.drop(index);
  } catch (error) {
    stop.cancel();
    await run.close();
    throw error;
  } finally {
    liftDeadline();
    for (const cassette of execution.cassettes.values()) await cassette.save(execution.redact);
    for (const lane of execution.lanes.values()) await lane.close();
    await tools.close();
    batching?.close();
  }

  try {
    const state = { columns, rounds, tally, judge, budgets, stop };
    const notes = [
      ...notesOnPast(begun, options),
      ...notesOn(project, plan, options, { ...state, maxTimeMs }),
      ...tools.notes,
      ...(batching?.notes() ?? []),
    ];
    const times = clock.times(begun.manifest.startedAt);
    const end = { ...state, runId: run.id, times, version, git: await git, gates, notes };
    return await finishRun(run, summariseRun(plan, options, end));
  } finally {
    await run.close();
  }
}

/** `latest` by its id: it is another run as soon as this one is finished. */
async function nameRun(baseline: string | null, out: string): Promise<string | null> {
  return baseline === 'latest' ? (await openRun(out, baseline)).summary.runId : baseline;
}
