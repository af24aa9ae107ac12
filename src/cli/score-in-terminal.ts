import { Stop } from '../calls/stop.js';
import { realWorld } from '../calls/world.js';
import type { UsedMetric } from '../metrics/used-metric.js';
import type { Score } from '../model/run-record.js';
import type { Project } from '../project/load.js';
import { scoreRows } from '../scoring/score-rows.js';
import { openScorer, type ScorableRow } from '../scoring/scorer.js';
import type { Terminal } from './terminal.js';

/** What became of rows that were to be scored. */
export interface ScoredInTerminal {
  /** Of all rows, in their order; null when somebody interrupted it. */
  readonly scores: readonly Score[] | null;
  /** What the reader has to know about what was used. */
  readonly notes: readonly string[];
  /** That a module failed where nobody waited for it: which scores that has changed is not known. */
  readonly failed: boolean;
}

/** Scores rows by one metric, until Ctrl-C ends it. */
export async function scoreInTerminal(
  project: Project,
  metric: UsedMetric,
  rows: readonly ScorableRow[],
  terminal: Terminal,
): Promise<ScoredInTerminal> {
  const stop = new Stop();
  const onSignal = () => stop.cancel();
  terminal.on('SIGINT', onSignal);
  const scorer = await openScorer(project, metric, realWorld(terminal.env), stop);
  let scores: readonly Score[] | null;
  try {
    scores = await scoreRows(rows, (row) => scorer.score(row), stop);
  } finally {
    terminal.off('SIGINT', onSignal);
    await scorer.close();
  }
  const { faults } = project.threads;
  const notes = [...scorer.notes, ...faults.map((fault) => `A module failed: ${fault}.`)];
  return { scores, notes, failed: faults.length > 0 };
}
