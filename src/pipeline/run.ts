import { LlmciError } from '../core/errors.js';
import { exitCodeOf, verdictOf } from '../core/exit-code.js';
import { findFlaky } from '../core/flaky.js';
import { judgeGates } from '../core/gate.js';
import type { JudgedColumn } from '../core/judged-column.js';
import type { ColumnBaseline } from '../core/pairing.js';
import { makePlan, type Plan, type PlannedColumn } from '../core/plan.js';
import { ScoreTable } from '../core/score-table.js';
import { type Result, SCHEMA_VERSION } from '../model/run-record.js';
import type { Project } from '../project/load.js';
import type { RunReader } from '../reporters/reporter.js';
import { finishRun, newRunId, startRun } from '../store/runs.js';
import { toolVersion } from '../store/version.js';
import { findBaselines } from './baselines.js';
import { type BatchHooks, openBatches, requireBatches } from './batching.js';
import { openEarlierOutputs } from './earlier-outputs.js';
import { execute } from './execute.js';
import type { Execution } from './execution.js';
import { readGit } from './git.js';
import { Judge } from './judge.js';
import { notesOn } from './notes.js';
import { prepareExecution } from './prepare.js';
import { summariseSuite } from './records.js';
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
  readonly onStart?: (plan: Plan) => void;
  readonly onProgress?: (progress: Progress) => void;
  readonly batches?: BatchHooks;
}

/**
 * Runs the suites of a project: plan, execute, score, gate. Every result is in the run's journal as soon as it is there;
 * the run that is returned can be reported as often as needed.
 */
export async function runSuites(project: Project, options: RunOptions, hooks: RunHooks): Promise<RunReader> {
  const { world, stop = new Stop() } = hooks;
  const plan = makePlan(selectSuites(project, options.selection));
  requireGates(plan, options.allowNoGates);
  const execution = await prepareExecution(project, plan, options, world, { stop });
  if (options.batch) requireBatches(plan, execution.providers);

  const baselines = await findBaselines(project.root, plan, options.baseline, options.out);
  const earlier = await openEarlierOutputs(plan, project.metrics, options.baseline, options.out);

  const startedAt = world.date();
  const git = readGit(project.root);
  const run = await startRun(options.out, newRunId(startedAt, world.random));
  const columns = plan.columns.map((column, index) => judgedColumn(column, baselines[index], options.seed));
  const rounds = new Rounds(plan);
  const tally = new Tally();
  const judge = execution.judge && new Judge(execution, execution.judge);
  const tools = new Tools(project, execution, { tally, judge, earlier });
  hooks.onStart?.(plan);
  const batches = options.batch ? await openBatches(run, plan, world, hooks.batches ?? {}) : null;

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
  const settle = settleWith({ plan, columns, execution, metrics: project.metrics, tools, judge, tally, run, onResult });
  const judgeColumns = () =>
    plan.columns.map(({ gates }, index) => {
      const column = columns[index];
      return column ? judgeGates(gates, column) : [];
    });

  let gates: ReturnType<typeof judgeColumns>;
  try {
    let round: Round | null = rounds.first();
    for (;;) {
      // The first failure can only stop what has not been started before it is known
      await execute(execution, round, settle, options.failFast ? 1 : BACKLOG, batches);
      gates = judgeColumns();
      round = stop.reason === null && tally.waived === 0 ? rounds.next(gates, columns) : null;
      if (round === null) break;
    }
  } finally {
    for (const cassette of execution.cassettes.values()) await cassette.save(execution.redact);
    for (const lane of execution.lanes.values()) await lane.close();
    await tools.close();
    batches?.close();
    run.journal.flush();
  }

  const judged = {
    gates: gates.flat(),
    samples: { planned: rounds.scheduled - tally.waived, finished: tally.finished, errors: tally.errors },
    interrupted: stop.reason === 'interrupted',
    ...(stop.reason === 'interrupted' && stop.signal !== null ? { signal: stop.signal } : {}),
  };
  return finishRun(run, {
    schemaVersion: SCHEMA_VERSION,
    runId: run.id,
    startedAt: startedAt.toISOString(),
    finishedAt: world.date().toISOString(),
    tool: { name: 'llmci', version: toolVersion(), node: process.version },
    git: await git,
    suites: plan.suites.map(summariseSuite),
    ...judged,
    filtered: options.selection.tags.length + options.selection.cases.length > 0,
    usage: { ...tally.usage, ...(judge ? { judge: judge.usage.usage } : {}) },
    flaky: findFlaky(columns),
    ...(options.seed === null ? {} : { seed: options.seed }),
    notes: [
      ...notesOn(project, plan, options, { tally, rounds, stop, columns }),
      ...tools.notes,
      ...(batches?.notes() ?? []),
    ],
    verdict: verdictOf(judged),
    exitCode: exitCodeOf(judged),
  });
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
