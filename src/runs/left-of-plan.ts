import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Plan } from '../core/scores/plan.js';
import type { Suite } from '../model/suite.js';
import { Results } from '../store/runs/results.js';
import { runFolder } from '../store/runs/run-folder.js';
import { RESULTS } from '../store/runs/runs.js';
import { reuseOf } from './begin.js';
import { isResultOf } from './records.js';
import { leftBehind } from './restore.js';
import { Rounds } from './rounds.js';
import type { OpenQuestions } from './setup/check-keys.js';
import type { StartOptions } from './setup/start-options.js';

/**
 * What of a plan is still to be asked: all of it for a run that starts from nothing, and of one that goes on what its
 * results lack. The run is only looked at, since it may turn out that it cannot go on.
 */
export async function leftOfPlan(plan: Plan, options: StartOptions): Promise<OpenQuestions> {
  const { past, out, shard } = options;
  if (past?.kind === 'rescore') return { unanswered: [], unscored: new Set(plan.suites) };
  const path = past?.kind === 'resume' ? join(runFolder(out, past.manifest.runId), RESULTS) : null;
  const results = path !== null && existsSync(path) ? await Results.open([path]) : null;
  const round = new Rounds(plan, shard).first();
  const unanswered: OpenQuestions['unanswered'][number][] = [];
  const unscored = new Set<Suite>();
  try {
    for (const [index, column] of plan.columns.entries()) {
      for (const sample of round([index])) {
        const stored = (await results?.read(sample.index)) ?? null;
        const isOwn = stored !== null && isResultOf(column, sample, stored.result);
        const left = isOwn ? leftBehind(stored, reuseOf(options)) : 'answer';
        if (left === 'answer') unanswered.push(sample);
        if (left !== 'nothing') unscored.add(column.suite);
      }
    }
  } finally {
    await results?.close();
  }
  return { unanswered, unscored };
}
