import type { AsideKind } from '../answers/accounts.js';
import { userModelsOf } from '../core/scores/cases.js';
import { LlmciError } from '../core/text/errors.js';
import type { ColumnChanges } from '../model/case-changes.js';
import type { GateResult, RunReader } from '../model/run-record.js';
import { finishRun } from '../store/runs/run-folder.js';
import { adviseOnGates, placeOfAnswers } from './advice.js';
import { addAnswersBefore } from './answers-before.js';
import { notesOnPast } from './begin.js';
import { addHistories } from './histories.js';
import { noteOnPrices } from './money-notes.js';
import { notesOn } from './notes.js';
import type { Closer, OpenRun } from './open-run.js';
import { summariseRun } from './summary.js';
import { unversionedApps } from './unversioned.js';

/** What has come out of the scores of a run. */
export interface JudgedRun {
  /** Of each column. */
  readonly gates: readonly (readonly GateResult[])[];
  readonly changes: readonly ColumnChanges[];
}

/**
 * Lets go of all that a run has opened and writes its summary, which makes it readable. Throws `cannot-close` when
 * something it was to keep could not be kept: its samples are in the journal, and it can be gone on with.
 */
export async function closeRun(
  run: OpenRun,
  { gates, changes }: JudgedRun,
  onFinish: (run: RunReader) => Promise<void>,
): Promise<RunReader> {
  const { project, options, plan, begun, stop, columns, rounds, calls, tools, origin } = run;
  try {
    const failures = await letGo(run.closers);
    if (failures.length > 0) throw asOne(failures, begun.run.id);
    const { faults } = project.threads;
    const state = { ...run.money, columns, rounds, stop };
    const maxTimeMs = options.maxTimeMs ?? project.config.maxTimeMs;
    const notes = [
      ...notesOnPast(begun, options),
      ...notesOn(project, plan, options, { ...state, maxTimeMs }),
      ...noteOnPrices(plan, project, new Date(begun.manifest.startedAt)),
      ...(run.judge?.notes ?? []),
      ...tools.notes,
      ...(calls.batching?.notes() ?? []),
      ...faults.map((fault) => `A module failed: ${fault}.`),
    ];
    const times = origin.clock.times(begun.manifest.startedAt);
    const { version, git } = origin;
    const end = {
      ...state,
      unversioned: unversionedApps(project.providers, replayedOf(run)),
      judged: run.judge !== null,
      runId: begun.run.id,
      times,
      version,
      git: await git,
      suites: [...project.suites.values()],
      gates: adviseOnGates(plan, gates, columns, (column) => placeOfAnswers(column, options, project.providers)),
      changes,
      notes,
      faults,
    };
    const summary = await addHistories(summariseRun(plan, options, end), columns, options.out);
    const finished = await finishRun(begun.run, await addAnswersBefore(summary, run));
    await onFinish(finished);
    return finished;
  } finally {
    await begun.run.close();
  }
}

/** The answers that were not made in the run, by model: to samples, to its judge, and in the place of users. */
function* replayedOf({ plan, judge, money: { tally, accounts } }: OpenRun): Generator<readonly [string, number]> {
  yield* tally.replayed;
  // Of an app nothing is in the cache: what counts as from there is an answer that equal questions of this run share
  const earlier = (kind: AsideKind) => accounts.usageOf(kind).calls.replay;
  if (judge) yield [judge.model, earlier('judge')];
  // Several models of users share an account: of each the recordings may be
  for (const model of new Set(plan.suites.flatMap(userModelsOf))) yield [model, earlier('users')];
}

/** Lets go of all that a run has opened, when it cannot be brought to its end. */
export async function abandonRun(run: OpenRun): Promise<void> {
  run.stop.cancel();
  // Why it ends is told by whoever ends it
  await letGo(run.closers);
  await run.begun.run.close();
}

/** Calls all, whatever becomes of the others. Returns what went wrong. */
async function letGo(closers: readonly Closer[]): Promise<readonly unknown[]> {
  const failures: unknown[] = [];
  for (const close of closers) {
    try {
      await close();
    } catch (error) {
      failures.push(error);
    }
  }
  return failures;
}

/** What a user can mend, all of it; anything else is a bug and thrown as it is. */
function asOne(failures: readonly unknown[], run: string): unknown {
  const bug = failures.find((failure) => !(failure instanceof LlmciError));
  if (bug !== undefined) return bug;
  const why = failures.map((failure) => (failure as LlmciError).inOneLine).join('; ');
  return new LlmciError('cannot-close', { run, why });
}
