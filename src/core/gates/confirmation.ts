import type { CaseConfirmation } from '../../model/case-changes.js';

/** How often cases that are no worse than before may be called broken, in any of a run. */
const ERROR_RATE = 0.05;
/** Cases of a run that are asked again at the most, so that a change that breaks everything does not cost it twice. */
export const MOST_CONFIRMED = 50;

/** Trials of one side that have come to a pass or a fail. */
export type Trials = Readonly<CaseConfirmation['now']>;

/**
 * The chance that a case fails `trials` times now and passes as often with the prompt of the baseline, though it fails no more
 * often now: at most (q(1-q))^trials <= 4^-trials, for trials that do not depend on each other, whatever its share q of failures
 * is. The trials that found the case to be broken are not among them, so it does not matter that it was chosen for these.
 */
export function chanceOf(trials: number): number {
  return 4 ** -trials;
}

/**
 * Trials on each side that it takes, so that of so many cases (at least one) none is called broken by chance in 95 of 100
 * runs: their chances add up (Bonferroni).
 */
export function trialsToConfirm(cases: number): number {
  let trials = 1;
  while (cases * chanceOf(trials) > ERROR_RATE) trials++;
  return trials;
}

/**
 * Whether more trials of a case can still confirm it: one that passed now, or failed with the prompt of the baseline, is what
 * chance would do. To stop early for that can only make it harder to confirm. `before` is null where there is one side only.
 */
export function isOpen(now: Trials, before: Trials | null, needed: number): boolean {
  if (now.passed > 0 || (before !== null && before.passed < before.trials)) return false;
  return now.trials < needed || (before !== null && before.trials < needed);
}

/** What the further trials of a case tell; `cases` are all that were asked again. `before`: null for the same prompt and model. */
export function confirm(now: Trials, before: Trials | null, cases: number): CaseConfirmation {
  const sides = { now, ...(before === null ? {} : { baseline: before }) };
  const needed = trialsToConfirm(cases);
  const isDone = now.trials >= needed && now.passed === 0;
  if (before === null) return { outcome: isDone ? 'same-prompt' : 'could-be-chance', ...sides };
  const isConfirmed = isDone && before.trials >= needed && before.passed === before.trials;
  return isConfirmed
    ? { outcome: 'confirmed', ...sides, chance: cases * chanceOf(needed) }
    : { outcome: 'could-be-chance', ...sides };
}
