import { confirm, MOST_CONFIRMED, type Trials } from '../core/gates/confirmation.js';
import type { CaseConfirmation, ColumnChanges } from '../model/case-changes.js';
import { columnBefore, columnOf, type FindPrompt, promptFinder } from './column-before.js';
import { askAgain, type Suspect } from './further-trials.js';
import type { OpenRun } from './open-run.js';

const REPLAYED = '--replay makes no calls, so nothing new can be asked';
const TOO_MANY = `no more than ${MOST_CONFIRMED} cases of a run are asked again`;
const NONE: Trials = { passed: 0, trials: 0 };

/**
 * Asks newly broken cases again, with the prompt of today and with that of the baseline, until chance explains a case or does
 * not any more. The new trials stand beside the scores that gates have judged. They are paid for, count in the budgets, and
 * come from the cache where they were asked before. What cannot be asked leaves a case undecided, and says so.
 */
export async function confirmBroken(
  run: OpenRun,
  changes: readonly ColumnChanges[],
  onStart: (cases: number) => void,
): Promise<readonly ColumnChanges[]> {
  const found = new Map<string, CaseConfirmation>();
  const suspects = new Map<string, Suspect>();
  const findPrompt = promptFinder(run.options.trusted?.root ?? run.project.root);
  for (const change of changes) {
    if (change.broken.count === 0) continue;
    const columns = await columnsOf(run, change, findPrompt);
    for (const { case: id } of change.broken.first) {
      const why = 'why' in columns ? columns.why : suspects.size >= MOST_CONFIRMED ? TOO_MANY : null;
      if (why !== null || 'why' in columns)
        found.set(keyOf(change, id), { outcome: 'not-asked', now: NONE, why: why ?? '' });
      else suspects.set(keyOf(change, id), { id, ...columns });
    }
  }
  if (suspects.size > 0) {
    onStart(suspects.size);
    const trials = await askAgain(run, [...suspects.values()]);
    for (const [place, key] of [...suspects.keys()].entries()) {
      const { now, before, why } = trials[place] ?? { now: NONE, before: null, why: null };
      found.set(key, why === null ? confirm(now, before, suspects.size) : undecided(now, before, why));
    }
  }
  return changes.map((change) => {
    const first = change.broken.first.map((each) => {
      const confirmation = found.get(keyOf(change, each.case));
      return confirmation ? { ...each, confirmation } : each;
    });
    return { ...change, broken: { ...change.broken, first } };
  });
}

/** The columns that the cases of a column are asked again in: today's, and that of the baseline where it asked otherwise. */
async function columnsOf(
  { plan, stop, options, calls }: OpenRun,
  change: ColumnChanges,
  findPrompt: FindPrompt,
): Promise<Omit<Suspect, 'id'> | { readonly why: string }> {
  if (options.mode === 'replay') return { why: REPLAYED };
  if (stop.reason !== null) return { why: 'the run had been stopped' };
  const today = columnOf(plan, change);
  const { promptDigest, model } = change.baseline;
  if (promptDigest === today.prompt.digest && model === today.model.text) return { today, before: null };
  const before = await columnBefore(today, change.baseline, { findPrompt, lanes: calls.lanes });
  return 'why' in before ? before : { today, before };
}

function undecided(now: Trials, before: Trials | null, why: string): CaseConfirmation {
  return { outcome: 'not-asked', now, ...(before === null ? {} : { baseline: before }), why };
}

function keyOf({ suite, prompt, model }: ColumnChanges, id: string): string {
  return JSON.stringify([suite, prompt, model, id]);
}
