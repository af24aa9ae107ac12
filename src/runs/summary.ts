import type { Accounts } from '../answers/accounts.js';
import type { Budgets } from '../answers/budgets.js';
import type { SampleTally } from '../answers/sample-tally.js';
import { sumOfUsage } from '../answers/usage-tally.js';
import type { Stop } from '../calls/stop.js';
import { findFlaky } from '../core/gates/flaky.js';
import type { JudgedColumn } from '../core/gates/judged-column.js';
import { PASS } from '../core/scores/composites.js';
import type { Plan } from '../core/scores/plan.js';
import { exitCodeOf, verdictOf } from '../core/text/exit-code.js';
import type { ColumnChanges } from '../model/case-changes.js';
import { type GateResult, type RunSummary, SCHEMA_VERSION } from '../model/run-record.js';
import type { Suite } from '../model/suite.js';
import { nodeVersion } from '../store/files/version.js';
import { summariseSuite } from './records.js';
import type { Rounds } from './rounds.js';
import type { StartOptions } from './setup/start-options.js';

/** What a run has come to, once its last gate is judged. */
export interface RunEnd {
  readonly runId: string;
  readonly times: Pick<RunSummary, 'startedAt' | 'finishedAt'>;
  readonly version: string;
  readonly git: RunSummary['git'];
  readonly columns: readonly JudgedColumn[];
  /** All that the project has, as they are written. */
  readonly suites: readonly Suite[];
  readonly gates: readonly (readonly GateResult[])[];
  /** What has become of each case since the baseline. */
  readonly changes: readonly ColumnChanges[];
  readonly rounds: Rounds;
  readonly tally: SampleTally;
  readonly accounts: Accounts;
  /** Whether a metric asks a judge. */
  readonly judged: boolean;
  readonly budgets: Budgets;
  readonly stop: Stop;
  /** Apps whose recordings answered, whatever their code is now. */
  readonly unversioned: NonNullable<RunSummary['unversioned']>;
  readonly notes: readonly string[];
  /** What modules did to their threads while nobody waited for them. */
  readonly faults: readonly string[];
}

/** The record of a run, but for the results of its samples. The verdict and the exit code follow from it alone. */
export function summariseRun(
  plan: Plan,
  { tags, cases, mode, shard, seed, affected, protection }: StartOptions,
  end: RunEnd,
): RunSummary {
  const { rounds, tally, accounts, budgets, stop, changes } = end;
  const notRun = findNotRun(plan.suites, end.suites);
  const fewerTrials = findFewerTrials(plan.suites, end.suites);
  const judged = {
    gates: end.gates.flat(),
    samples: {
      planned: rounds.scheduled - tally.waived,
      finished: tally.finished,
      errors: tally.errors,
      ...(tally.unscored > 0 ? { unscored: tally.unscored } : {}),
    },
    ...(shard ? { shard } : {}),
    ...(protection ? { protection } : {}),
    ...(end.faults.length > 0 ? { faults: [...end.faults] } : {}),
    interrupted: stop.reason === 'interrupted' || stop.reason === 'replaced',
    ...(stop.reason === 'max-time' ? { late: true as const } : {}),
    ...(stop.reason === 'interrupted' && stop.signal !== null ? { signal: stop.signal } : {}),
  };
  return {
    schemaVersion: SCHEMA_VERSION,
    runId: end.runId,
    ...end.times,
    tool: { name: 'llmci', version: end.version, node: nodeVersion() },
    git: end.git,
    suites: plan.suites.map((suite) => ({ ...summariseSuite(suite), passed: countPassed(end.columns, suite) })),
    ...judged,
    filtered: tags.length + cases.length > 0,
    ...(affected && affected.leftOut.length > 0 ? { leftOut: [...affected.leftOut] } : {}),
    ...(notRun.length > 0 ? { notRun } : {}),
    ...(fewerTrials.length > 0 ? { fewerTrials } : {}),
    usage: {
      ...sumOfUsage([tally.usage, accounts.usageOf('users', 'embeddings', 'moderations', 'confirmations')]),
      ...(end.judged ? { judge: accounts.usageOf('judge') } : {}),
    },
    ...(budgets.refusals.length === 0 ? {} : { refusals: [...budgets.refusals] }),
    ...(changes.length === 0 ? {} : { changes: [...changes] }),
    ...(mode === 'replay' && tally.unrecorded > 0 ? { unrecorded: describeUnrecorded(plan, tally) } : {}),
    ...(end.unversioned.length === 0 ? {} : { unversioned: [...end.unversioned] }),
    flaky: findFlaky(end.columns),
    ...(seed === null ? {} : { seed }),
    notes: [...end.notes],
    verdict: verdictOf(judged),
    exitCode: exitCodeOf(judged),
  };
}

/** Other suites of the prompts that were run. */
function findNotRun(run: readonly Suite[], all: readonly Suite[]): NonNullable<RunSummary['notRun']> {
  const suites = new Set(run.map(({ id }) => id));
  const judged = new Set(run.flatMap(promptsOf));
  return all
    .filter(({ id }) => !suites.has(id))
    .map((suite) => ({ suite: suite.id, prompts: promptsOf(suite).filter((prompt) => judged.has(prompt)) }))
    .filter(({ prompts }) => prompts.length > 0);
}

/** Suites that ask for more trials of a case than any had. */
function findFewerTrials(run: readonly Suite[], all: readonly Suite[]): string[] {
  const asked = new Map(all.map(({ id, firstTrials }) => [id, firstTrials]));
  return run.filter(({ id, trials }) => trials < (asked.get(id) ?? 0)).map(({ id }) => id);
}

function promptsOf({ columns }: Suite): string[] {
  return [...new Set(columns.map(({ prompt }) => prompt.id))];
}

/** How many samples of a suite met every pass mark. */
function countPassed(columns: readonly JudgedColumn[], { id }: Suite): { samples: number; of: number } {
  const all = columns.filter(({ suite }) => suite.id === id).flatMap(({ scores }) => scores.select(PASS, []).passed);
  return { samples: all.filter(Boolean).length, of: all.length };
}

function describeUnrecorded(plan: Plan, tally: SampleTally): NonNullable<RunSummary['unrecorded']> {
  const suites = plan.suites.filter(({ id }) => tally.unrecordedSuites.has(id));
  return { samples: tally.unrecorded, cassettes: [...new Set(suites.flatMap(({ cassette }) => cassette ?? []))] };
}
