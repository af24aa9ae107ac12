import type { Diff } from '../model/diff.js';
import type { RunReader } from '../model/run-record.js';
import { listRuns } from '../store/runs/run-list.js';
import { readRun } from '../store/runs/runs.js';

/** A run that has judged a change, as far as it has. */
export interface JudgingRun {
  readonly run: RunReader;
  /** Ids of changed prompts that it ran at what they are now. */
  readonly judged: readonly string[];
  /** Those that it did not run, or ran at something else. */
  readonly missed: readonly string[];
}

/** The run that is named, or the newest that ran one of the changed prompts at what it is now; null when there is none. */
export async function findJudgingRun(out: string, diff: Diff, named: string | null): Promise<JudgingRun | null> {
  if (named !== null) return judgingRun(await readRun(out, named), diff);
  for (const { id, summary } of await listRuns(out)) {
    if (summary === null || digestsIn(summary, diff).judged.length === 0) continue;
    return judgingRun(await readRun(out, id), diff);
  }
  return null;
}

function judgingRun(run: RunReader, diff: Diff): JudgingRun {
  return { run, ...digestsIn(run.summary, diff) };
}

function digestsIn({ suites }: RunReader['summary'], { prompts }: Diff): Pick<JudgingRun, 'judged' | 'missed'> {
  const ran = new Set(suites.flatMap((suite) => suite.prompts.map(({ id, digest }) => `${id} ${digest}`)));
  const now = prompts.flatMap((prompt) => prompt.now ?? []);
  const isJudged = ({ id, digest }: { readonly id: string; readonly digest: string }) => ran.has(`${id} ${digest}`);
  return {
    judged: now.filter(isJudged).map(({ id }) => id),
    missed: now.filter((each) => !isJudged(each)).map(({ id }) => id),
  };
}
