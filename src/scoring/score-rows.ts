import type { Stop } from '../calls/stop.js';
import type { Score } from '../model/run-record.js';
import type { ScorableRow } from './scorer.js';

/** Enough to fill the windows of an engine. */
const AT_ONCE = 200;

/** The scores of outputs that are there already, in their order; null when that was cancelled. */
export async function scoreRows(
  rows: readonly ScorableRow[],
  score: (row: ScorableRow) => Promise<Score>,
  stop: Stop,
): Promise<readonly Score[] | null> {
  const scores: Score[] = [];
  for (let start = 0; start < rows.length && !stop.cancelled; start += AT_ONCE) {
    scores.push(...(await Promise.all(rows.slice(start, start + AT_ONCE).map(score))));
  }
  return stop.cancelled ? null : scores;
}
