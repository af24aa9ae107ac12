import { LlmciError } from '../core/errors.js';
import { exitCodeOf, verdictOf } from '../core/exit-code.js';
import { findFlaky } from '../core/flaky.js';
import { judgeGates } from '../core/gate.js';
import type { JudgedColumn } from '../core/judged-column.js';
import type { ColumnBaseline } from '../core/pairing.js';
import { makePlan, type Plan, type PlannedColumn, type Sample } from '../core/plan.js';
import { ScoreTable } from '../core/score-table.js';
import type { AsideUsage } from '../model/journal.js';
import type { Shard } from '../model/manifest.js';
import { type Result, SCHEMA_VERSION } from '../model/run-record.js';
import type { Project } from '../project/load.js';
import type { RunReader } from '../reporters/reporter.js';
import { finishRun } from '../store/run-folder.js';
import { openRun } from '../store/runs.js';
import { toolVersion } from '../store/version.js';
import { findBaselines } from './baselines.js';
import { type BatchHooks, openBatches, type RunBatches, requireBatches } from './batching.js';
import { type Begun, beginRun, notesOnPast, type Past } from './begin.js';
import { tokensAndUsd } from './budget.js';
import type { Budgets } from './budgets.js';
import { setDeadline } from './deadline.js';
import { openEarlierOutputs } from './earlier-outputs.js';
import { execute } from './execute.js';
import type { Execution } from './execution.js';
import { fingerprintOf } from './fingerprint.js';
import { readGit } from './git.js';
import { Judge } from './judge.js';
import { notesOn } from './notes.js';
import { prepareExecution } from './prepare.js';
import { summariseSuite } from './records.js';
import type { OnStored } from './restore.js';
import { type Round, Rounds } from './rounds.js';
import { type Selection, selectSuites } from './select.js';
import { settleWith } from './settle.js';
import { Stop } from './stop.js';
import { add, Tally } from './tally.js';
import { Tools } from './tools.js';
import type { World } from './world.js';

export interface RunOptions {
  readonly selection: Selection;
  readonly mode: Execution['mode'];
  readonly cache: boolean;
  /** In place of what the providers' entries say. */
  readonly concurrency: number | null;
  readonly timeoutMs: number | null;
  /** The deadline of the run, from its start; null for what llmci.yaml says. */
  readonly maxTimeMs: number | null;
  readonly budgetUsd: number | null;
  /** Answer in batches: cheaper, and within a day. */
  readonly batch: boolean;
  readonly allowNoGates: boolean;
  readonly failFast: boolean;
  /** What gates compare with: null for the committed baselines, else `git:REF`, a baseline's file or a run. */
  readonly baseline: string | null;
  /** Varies every random choice that a verdict hangs on; null for the fixed one. */
  readonly seed: number | null;
  /** The folder for runs and the cache. */
  readonly out: string;
}

/** How a run starts: what it was asked besides, and what is there already. */
export interface StartOptions extends RunOptions {
  /** Models that the project was loaded with, in place of those in its files. */
  readonly models: readonly string[];
  /** The configuration that the project was loaded with, by its path from the root; null for llmci.yaml. */
  readonly config: string | null;
  /** The part of the plan to run; null for all of it. Gates are judged when all parts are there. */
  readonly shard: Shard | null;
  /** Results that are there already; null for a run that starts from nothing. */
  readonly past: Past | null;
}

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
  const plan = makePlan(selectSuites(project, options.selection));
  requireGates(plan, options.allowNoGates);
  if (shard) requireFixedTrials(plan);
  const execution = await prepareExecution(project, plan, options, world, {
    stop,
    requireKeys: past?.kind !== 'merge',
  });
  const inBatches = options.batch && past?.kind !== 'merge';
  if (inBatches) requireBatches(plan, execution.providers);

  const baselines = shard ? [] : await findBaselines(project.root, plan, options.baseline, options.out);
  const earlier = await openEarlierOutputs(plan, project.metrics, options.baseline, options.out);
  const version = toolVersion();
  const comparable = past?.kind === 'merge' || shard ? null : baselines;
  const dependencies = { project, execution, version, baselines: comparable, earlier: earlier?.runId ?? null };

  const clock = startClock(world);
  const git = readGit(project.root);
  const begun = await beginRun(plan, fingerprintOf(plan, dependencies), options, world);
  const { run, results, restorer } = begun;
  const columns = plan.columns.map((column, index) => judgedColumn(column, baselines[index], options.seed));
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
    if (past?.kind === 'merge') run.journal.append(sample.index, result);
    settle.stored(sample, result, whole);
  };
  const judgeColumns = () =>
    plan.columns.map(({ gates }, index) => {
      const column = columns[index];
      return column && !shard ? judgeGates(gates, column) : [];
    });

  const maxTimeMs = options.maxTimeMs ?? project.config.maxTimeMs;
  const liftDeadline = setDeadline(stop, maxTimeMs);
  let gates: ReturnType<typeof judgeColumns>;
  let batching: RunBatches | null = null;
  try {
    if (inBatches) batching = await openBatches(run, plan, world, hooks.batches);
    for (const aside of (await results?.asides()) ?? []) includeAside(aside, tally, judge, budgets);
    let round: Round | null = rounds.first();
    for (;;) {
      const left: Round = restorer ? await restorer.restore(round, onStored) : round;
      // The first failure can only stop what has not been started before it is known
      if (past?.kind !== 'merge')
        await execute(execution, left, settle.outcome, options.failFast ? 1 : BACKLOG, { kept: restorer, batching });
      gates = judgeColumns();
      round = stop.reason === null && tally.waived === 0 ? rounds.next(gates, columns) : null;
      if (round === null) break;
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

  const judged = {
    gates: gates.flat(),
    samples: {
      planned: rounds.scheduled - tally.waived,
      finished: tally.finished,
      errors: tally.errors,
      ...(tally.unscored > 0 ? { unscored: tally.unscored } : {}),
    },
    ...(shard ? { shard } : {}),
    interrupted: stop.reason === 'interrupted',
    ...(stop.reason === 'interrupted' && stop.signal !== null ? { signal: stop.signal } : {}),
  };
  try {
    return await finishRun(run, {
      schemaVersion: SCHEMA_VERSION,
      runId: run.id,
      ...clock.times(begun.manifest.startedAt),
      tool: { name: 'llmci', version, node: process.version },
      git: await git,
      suites: plan.suites.map(summariseSuite),
      ...judged,
      filtered: options.selection.tags.length + options.selection.cases.length > 0,
      usage: { ...tally.usage, ...(judge ? { judge: judge.usage.usage } : {}) },
      ...(budgets.refusals.length === 0 ? {} : { refusals: [...budgets.refusals] }),
      flaky: findFlaky(columns),
      ...(options.seed === null ? {} : { seed: options.seed }),
      notes: [
        ...notesOnPast(begun, options),
        ...notesOn(project, plan, options, { tally, judge, budgets, rounds, stop, columns, maxTimeMs }),
        ...tools.notes,
        ...(batching?.notes() ?? []),
      ],
      verdict: verdictOf(judged),
      exitCode: exitCodeOf(judged),
    });
  } finally {
    await run.close();
  }
}

/** When a run began and ended. Its length is that of a clock that nobody sets. */
function startClock(world: Pick<World, 'date' | 'now'>) {
  const date = world.date().getTime();
  const now = world.now();
  return {
    times: (startedAt: string) => {
      const finishedAt = Math.max(Date.parse(startedAt), date + world.now() - now);
      return { startedAt, finishedAt: new Date(finishedAt).toISOString() };
    },
  };
}

/** What the calls of an earlier process besides those of samples have used. */
function includeAside({ judge: asked, tools }: AsideUsage, tally: Tally, judge: Judge | null, budgets: Budgets): void {
  if (asked) judge?.usage.include(asked);
  if (asked)
    budgets.include({ suite: null, judge: true }, { ...tokensAndUsd(asked, asked.usd), calls: asked.calls.live });
  tally.includeAside(tools);
  budgets.include({ suite: null, judge: false }, { ...tokensAndUsd(tools, tools.usd), calls: 0 });
}

/** `latest` by its id: it is another run as soon as this one is finished. */
async function nameRun(baseline: string | null, out: string): Promise<string | null> {
  return baseline === 'latest' ? (await openRun(out, baseline)).summary.runId : baseline;
}

function judgedColumn(
  { suite, prompt, model }: PlannedColumn,
  baseline: ColumnBaseline | undefined,
  seed: number | null,
): JudgedColumn {
  return {
    suite,
    prompt: prompt.id,
    model: model.text,
    scores: new ScoreTable(suite),
    baseline: baseline ?? { why: 'no baseline was looked for' },
    looks: suite.trials - suite.firstTrials + 1,
    seed,
  };
}

/** A suite without metrics or gates can only pass, which is no evaluation. */
function requireGates(plan: Plan, allowNoGates: boolean): void {
  const without = plan.columns.find((column) => column.gates.length === 0);
  if (without && !allowNoGates)
    throw new LlmciError('no-gates', { suite: without.suite.path, prompt: without.prompt.path });
}

/** Parts of a plan cannot decide together whether further trials are needed. */
function requireFixedTrials(plan: Plan): void {
  const adaptive = plan.suites.find(({ firstTrials, trials }) => firstTrials !== trials);
  if (!adaptive) return;
  const why = `suite ${adaptive.id} makes ${adaptive.firstTrials} to ${adaptive.trials} trials, as its gates need, and a part cannot judge them; give --trials ${adaptive.trials}`;
  throw new LlmciError('bad-flag', { flag: '--shard', why, command: 'eval' });
}
