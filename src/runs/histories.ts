import type { JudgedColumn } from '../core/gates/judged-column.js';
import { own } from '../core/gates/pairing.js';
import { CaseHistories } from '../core/gates/stability.js';
import { PASS } from '../core/scores/composites.js';
import type { RunSummary } from '../model/run-record.js';
import { listRunIds } from '../store/runs/run-list.js';
import { readKeptRun, sizeOfResults } from './kept-run.js';

/** Earlier runs that are looked into, the newest first, */
const MOST_RUNS = 10;
/** and how much of them is read at most: a run is not to wait for its past. */
const MOST_BYTES = 100_000_000;

/** The record of a run, with what the runs kept before it tell of the cases that fail. */
export async function addHistories(
  summary: RunSummary,
  columns: readonly JudgedColumn[],
  out: string,
): Promise<RunSummary> {
  const { changes } = summary;
  if (!changes) return summary;
  const histories = new CaseHistories(changes, columns);
  if (histories.isEmpty) return summary;
  const suites = new Set(changes.map(({ suite }) => suite));
  let left = MOST_BYTES;
  let looked = 0;
  for (const id of await listRunIds(out)) {
    if (looked === MOST_RUNS) break;
    const run = id === summary.runId ? null : await readKeptRun(out, id);
    if (!run || run.summary.startedAt > summary.startedAt || !run.summary.suites.some((each) => suites.has(each.id)))
      continue;
    looked++;
    left -= sizeOfResults(out, id);
    if (left < 0) break;
    const marks = new Map(run.summary.suites.map((suite) => [suite.id, own(suite.metrics, PASS)?.digest]));
    for await (const result of run.results())
      if (suites.has(result.suite)) histories.add(id, result, marks.get(result.suite));
  }
  return { ...summary, changes: [...histories.describe(changes)] };
}
