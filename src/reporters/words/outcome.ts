import { isMissing } from '../../core/scores/score-form.js';
import type { GateResult, Result, Score } from '../../model/run-record.js';

/**
 * What became of a sample: `failed` when it misses a pass mark, `error` when it has no output, `unscored` when it lacks
 * a score that a gate needed, `not-applicable` when none of its metrics found anything to judge.
 */
export type SampleOutcome = 'passed' | 'failed' | 'unscored' | 'error' | 'not-applicable';

/** Identifies the suite x prompt x model that a result or gate belongs to. */
export function groupKey(of: { suite: string; prompt: string; model: string }): string {
  return JSON.stringify([of.suite, of.prompt, of.model]);
}

/** Whether what is listed belongs to several of them, so that each has to say to which. */
export function areMixed(listed: readonly Parameters<typeof groupKey>[0][]): boolean {
  return new Set(listed.map(groupKey)).size > 1;
}

/** The scores that miss their pass mark. */
export function failedScores(result: Result): Score[] {
  return result.scores.filter((score) => score.passed === false);
}

export type JudgeOutcome = (result: Result) => SampleOutcome;

/**
 * A function that tells the outcome of a sample. A score without a value matters where a gate missed it: the cost of a
 * model without a price is null on every sample, and no reason to call each an error when nothing is decided by it.
 */
export function createJudgeOutcome(gates: readonly GateResult[]): JudgeOutcome {
  const needed = new Map<string, Set<string>>();
  for (const gate of gates) {
    if (gate.missing === 0) continue;
    const key = groupKey(gate);
    needed.set(key, (needed.get(key) ?? new Set()).add(gate.metric));
  }
  return (result) => {
    if (result.output === null) return 'error';
    if (failedScores(result).length > 0) return 'failed';
    const metrics = needed.get(groupKey(result));
    if (metrics && missingScores(result, metrics).length > 0) return 'unscored';
    return result.scores.length > 0 && result.scores.every(({ notApplicable }) => notApplicable)
      ? 'not-applicable'
      : 'passed';
  };
}

/** The scores that a result lacks; with `metrics`, only those that a gate over one of these metrics needs. */
export function missingScores(result: Result, metrics?: ReadonlySet<string>): Score[] {
  // `score` is made of all scores that are fractions, which a score without a value does not tell; `pass` of the marked
  const all = metrics === undefined || metrics.has('score');
  const isNeeded = ({ id, marked }: Score) => all || metrics.has(id) || (marked === true && metrics.has('pass'));
  return result.scores.filter((score) => isMissing(score) && isNeeded(score));
}
