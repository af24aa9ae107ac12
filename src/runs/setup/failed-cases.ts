import { isMissing } from '../../core/scores/score-form.js';
import { LlmciError } from '../../core/text/errors.js';
import type { Score } from '../../model/run-record.js';
import { readRun } from '../../store/runs/runs.js';

/** Which cases of which suites are to be run again. */
export interface FailedCases {
  readonly suites: string[];
  readonly cases: string[];
}

/**
 * The cases of a run (by its id, folder or `latest`) of which a trial missed a pass mark, got no answer or lacks a score.
 * Throws `no-cases` when there is none, and what `readRun` throws.
 */
export async function failedCases(out: string, name: string): Promise<FailedCases> {
  const run = await readRun(out, name);
  const suites = new Set<string>();
  const cases = new Set<string>();
  for await (const { suite, case: id, passed, error, scores } of run.results()) {
    if (passed !== false && error === null && !scores.some(isLacking)) continue;
    suites.add(suite);
    cases.add(id);
  }
  if (cases.size === 0)
    throw new LlmciError('no-cases', { why: `in run ${run.summary.runId} no case failed or got no answer` });
  return { suites: [...suites], cases: [...cases] };
}

/** Whether a score may come when it is tried again, or is one that the case cannot pass without. */
function isLacking(score: Score): boolean {
  return score.retry === true || (score.marked === true && isMissing(score));
}
