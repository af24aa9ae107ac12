import type { Conversing } from '../answers/column-calls.js';
import type { Sample } from '../core/scores/plan.js';
import { addKnown } from '../core/stats/add-known.js';
import type { GateResult, Result } from '../model/run-record.js';
import { setDeadline } from './deadline.js';
import { execute } from './execute.js';
import { judgeColumns } from './judged-columns.js';
import type { OpenRun } from './open-run.js';
import type { OnSteps, OnStored } from './restore.js';
import type { Round } from './rounds.js';
import { Settler } from './settle.js';

/** Outcomes of one provider that may wait for their scores while its next calls are made. */
const BACKLOG = 200;

/** How far a run is. */
export interface RunProgress {
  readonly total: number;
  readonly finished: number;
  readonly errors: number;
  /** Samples that missed a pass mark. */
  readonly failed: number;
  readonly usd: number | null;
}

/**
 * Evaluates round after round, as long as gates ask for further trials and nothing stops the run. Every result is in the
 * run's journal as soon as it is there. Returns what the gates of each column say in the end: nothing for a part of a
 * plan.
 */
export async function evaluateRounds(
  run: OpenRun,
  onProgress: (progress: RunProgress) => void,
): Promise<readonly (readonly GateResult[])[]> {
  const { project, options, plan, begun, stop, columns, rounds, tools, judge } = run;
  const { tally, accounts, budgets } = run.money;
  const { restorer } = begun;
  const { journal } = begun.run;
  const onResult = (result: Result) => {
    if (options.failFast && (result.passed === false || result.error)) stop.request('fail-fast');
    onProgress({
      total: rounds.scheduled - tally.waived,
      finished: tally.finished,
      errors: tally.errors,
      failed: tally.failed,
      usd: addKnown(tally.usd, accounts.usd),
    });
  };
  const keptOf = async (sample: Sample) => (await restorer?.keptOf(sample)) ?? null;
  const settler = new Settler({
    ...{ plan, columns, stop, budgets, tools, judge, tally, accounts, journal, keptOf, onResult },
    metrics: project.metrics,
    now: run.world.now,
  });
  const { outputs } = run.calls;
  const makesCalls = options.past?.kind !== 'merge';
  const onStored: OnStored = (sample, result, whole) => {
    // A merged run has results of its own, as any other
    if (!makesCalls) journal.append(sample.index, result);
    settler.countStored(sample, result, whole);
  };
  const onSteps: OnSteps = (sample, answers) => settler.countSteps(sample, answers);
  // The first failure can only stop what has not been started before it is known
  const backlog = options.failFast ? 1 : BACKLOG;
  const conversing: Conversing = {
    stepsOf: async (sample) => (await restorer?.stepsOf(sample)) ?? new Map(),
    keepStep: ({ index }, step, key, answer) => journal.appendStep(index, step, key, answer),
    results: run.calls.responders.results,
    users: run.calls.users,
    stopped: () => stop.reason !== null,
  };
  const execution = { ...run.calls, plan, stop, now: run.world.now, backlog, kept: restorer ?? outputs, conversing };

  const liftDeadline = setDeadline(stop, options.maxTimeMs ?? project.config.maxTimeMs, run.world);
  let gates: readonly (readonly GateResult[])[] = [];
  try {
    for (let round: Round | null = rounds.first(); round !== null; ) {
      const asked = outputs ? await outputs.only(round, (sample) => settler.waive(sample)) : round;
      const left: Round = restorer ? await restorer.restore(asked, onStored, onSteps) : asked;
      if (makesCalls) await execute(left, (answered) => settler.settle(answered), execution);
      gates = options.shard ? [] : judgeColumns(plan, columns);
      round = stop.reason === null && tally.waived === 0 ? rounds.next(gates, columns) : null;
    }
    // Further trials that are not asked for any more would be in the record, and in no gate
    if (stop.reason === null && options.past?.kind === 'resume')
      for (const index of restorer?.unused() ?? []) journal.drop(index);
  } finally {
    liftDeadline();
  }
  return gates;
}
