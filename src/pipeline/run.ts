import { caseDigest, metricDigests } from '../core/baseline.js';
import { LlmciError } from '../core/errors.js';
import { exitCodeOf, verdictOf } from '../core/exit-code.js';
import { count } from '../core/format.js';
import { judgeGates } from '../core/gate.js';
import type { JudgedColumn } from '../core/judged-column.js';
import type { ColumnBaseline } from '../core/pairing.js';
import { makePlan, type Plan, type PlannedColumn, type Sample } from '../core/plan.js';
import { entriesFor, passOf, ScoreTable, scoreOf } from '../core/score-table.js';
import { type Result, type RunSummary, SCHEMA_VERSION, type Score } from '../model/run-record.js';
import type { Project } from '../project/load.js';
import type { RunReader } from '../reporters/reporter.js';
import { finishRun, newRunId, startRun } from '../store/runs.js';
import { toolVersion } from '../store/version.js';
import type { Outcome } from './answers.js';
import { findBaselines } from './baselines.js';
import { execute, type OnOutcome } from './execute.js';
import type { Execution } from './execution.js';
import { readGit } from './git.js';
import { prepareExecution } from './prepare.js';
import { type Round, Rounds } from './rounds.js';
import { scoreSample } from './score.js';
import { type Selection, selectSuites } from './select.js';
import { Stop } from './stop.js';
import { Tally } from './tally.js';
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
  readonly allowNoGates: boolean;
  readonly failFast: boolean;
  /** What gates compare with: null for the committed baselines, else `git:REF`, a baseline's file or a run. */
  readonly baseline: string | null;
  /** The folder for runs and the cache. */
  readonly out: string;
}

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

  const baselines = await findBaselines(project.root, plan, options.baseline, options.out);

  const startedAt = world.date();
  const git = readGit(project.root);
  const run = await startRun(options.out, newRunId(startedAt, world.random));
  const columns = plan.columns.map((column, index) => judgedColumn(column, baselines[index]));
  const rounds = new Rounds(plan);
  const tally = new Tally();
  const tools = new Tools(project);
  hooks.onStart?.(plan);

  const settle: OnOutcome = async (sample, request, outcome) => {
    // A cancelled call is as if it had not been started: it can be made later
    if (outcome.error?.kind === 'cancelled') return;
    const column = plan.columns[sample.column];
    const scores = columns[sample.column]?.scores;
    if (!column || !scores) throw new RangeError(`no column ${sample.column} in the plan`);
    if (outcome.error?.kind === 'budget' && sample.trial > column.suite.firstTrials) {
      // A further trial was a wish: without the money for it the gates say what they can without
      scores.unplan(sample.caseIndex, sample.trial);
      tally.waived++;
      return;
    }
    const made = outcome.output
      ? await scoreSample(
          column.suite,
          { case: sample.case, messages: request.messages, output: outcome.output, tools },
          project.metrics,
        )
      : [];
    const result = resultOf(column, sample, outcome, made);
    run.journal.append(sample.index, result);
    if (outcome.output) scores.set(sample.caseIndex, sample.trial, made);
    tally.add(outcome, result.passed);
    if (options.failFast && (result.passed === false || outcome.error)) stop.request('fail-fast');
    hooks.onProgress?.({
      total: rounds.scheduled - tally.waived,
      finished: tally.finished,
      errors: tally.errors,
      failed: tally.failed,
      usd: tally.usage.usd,
    });
  };
  const judgeColumns = () =>
    plan.columns.map(({ gates }, index) => {
      const column = columns[index];
      return column ? judgeGates(gates, column) : [];
    });

  let gates: ReturnType<typeof judgeColumns>;
  try {
    let round: Round | null = rounds.first();
    for (;;) {
      await execute(execution, round, settle);
      gates = judgeColumns();
      round = stop.reason === null && tally.waived === 0 ? rounds.next(gates, columns) : null;
      if (round === null) break;
    }
  } finally {
    for (const cassette of execution.cassettes.values()) await cassette.save(execution.redact);
    for (const lane of execution.lanes.values()) await lane.close();
    await tools.close();
    run.journal.flush();
  }

  const judged = {
    gates: gates.flat(),
    samples: { planned: rounds.scheduled - tally.waived, finished: tally.finished, errors: tally.errors },
    interrupted: stop.reason === 'interrupted',
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
    usage: tally.usage,
    notes: [...notesOn(project, plan, options, tally, stop), ...noteOnTrials(plan, rounds, tally)],
    verdict: verdictOf(judged),
    exitCode: exitCodeOf(judged),
  });
}

function judgedColumn({ suite, prompt, model }: PlannedColumn, baseline: ColumnBaseline | undefined): JudgedColumn {
  return {
    suite,
    prompt: prompt.id,
    model: model.text,
    scores: new ScoreTable(suite),
    baseline: baseline ?? { why: 'no baseline was looked for' },
    looks: suite.trials - suite.firstTrials + 1,
  };
}

/** What adaptive trials have saved. */
function noteOnTrials(plan: Plan, { scheduled }: Rounds, { waived }: Tally): string[] {
  if (plan.suites.every((suite) => suite.firstTrials === suite.trials)) return [];
  const made = scheduled - waived;
  const end = waived > 0 ? ' The budget ended the further trials.' : '';
  return [`Adaptive trials: ${made} of ${count(plan.size, 'call')} at most; ${plan.size - made} saved.${end}`];
}

/** A suite without metrics or gates can only pass, which is no evaluation. */
function requireGates(plan: Plan, allowNoGates: boolean): void {
  const without = plan.columns.find((column) => column.gates.length === 0);
  if (without && !allowNoGates)
    throw new LlmciError('no-gates', { suite: without.suite.path, prompt: without.prompt.path });
}

function resultOf(column: PlannedColumn, sample: Sample, outcome: Outcome, scores: Score[]): Result {
  const { id, vars, expected, tags } = sample.case;
  const entries = entriesFor(column.suite, sample.case);
  return {
    suite: column.suite.id,
    prompt: column.prompt.id,
    promptDigest: column.prompt.digest,
    model: column.model.text,
    case: id,
    trial: sample.trial,
    tags: [...tags],
    vars: { ...vars },
    ...(expected === undefined ? {} : { expected }),
    caseDigest: caseDigest(sample.case),
    ...outcome,
    scores,
    passed: outcome.output ? passOf(entries, scores) : null,
    score: outcome.output ? scoreOf(entries, scores) : null,
  };
}

function summariseSuite(suite: Plan['suites'][number]): RunSummary['suites'][number] {
  const prompts = new Map(suite.columns.map(({ prompt }) => [prompt.id, prompt]));
  return {
    id: suite.id,
    path: suite.path,
    prompts: [...prompts.values()].map(({ id, path, digest }) => ({ id, path, digest })),
    models: [...new Set(suite.columns.map((column) => column.model.text))],
    cases: suite.cases.length,
    trials: suite.trials,
    metrics: { ...metricDigests(suite) },
  };
}

function notesOn(project: Project, plan: Plan, options: RunOptions, tally: Tally, stop: Stop): string[] {
  const notes: string[] = [];
  const { tags, cases } = options.selection;
  if (tags.length + cases.length > 0) {
    const all = plan.suites.reduce((sum, suite) => sum + (project.suites.get(suite.id)?.cases.length ?? 0), 0);
    const left = plan.suites.reduce((sum, suite) => sum + suite.cases.length, 0);
    notes.push(`Filtered: ${left} of ${count(all, 'case')}. Gates judged these only.`);
  }
  for (const column of plan.columns) {
    if (column.gates.length === 0)
      notes.push(`Suite ${column.suite.id} has no gates for prompt ${column.prompt.id}: nothing in it could fail.`);
  }
  const { replay, cache, live } = tally.usage.calls;
  const old = [
    replay > 0 ? `${count(replay, 'answer')} replayed` : '',
    cache > 0 ? `${count(cache, 'answer')} from the cache` : '',
  ];
  if (replay + cache > 0)
    notes.push(`${old.filter(Boolean).join(', ')}: their latency and cost are those of the recorded call.`);
  if (live > 0 && tally.usage.usd === null)
    notes.push('What was spent is not known: a price or a token count is missing. Give prices in llmci.yaml.');
  if (stop.reason === 'fail-fast') notes.push('Stopped at the first failure (--fail-fast).');
  return notes;
}
