import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { JudgedColumn } from '../core/gates/judged-column.js';
import { own } from '../core/gates/pairing.js';
import { CaseHistories } from '../core/gates/stability.js';
import { PASS } from '../core/scores/composites.js';
import { LlmciError } from '../core/text/errors.js';
import type { RunReader, RunSummary } from '../model/run-record.js';
import { ownPlace } from '../store/files/places.js';
import { listRunIds } from '../store/runs/run-list.js';
import { RESULTS, readRun } from '../store/runs/runs.js';

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
    const run = id === summary.runId ? null : await readIfWhole(out, id);
    if (!run || run.summary.startedAt > summary.startedAt || !run.summary.suites.some((each) => suites.has(each.id)))
      continue;
    looked++;
    left -= sizeOf(out, id);
    if (left < 0) break;
    const marks = new Map(run.summary.suites.map((suite) => [suite.id, own(suite.metrics, PASS)?.digest]));
    for await (const result of run.results())
      if (suites.has(result.suite)) histories.add(id, result, marks.get(result.suite));
  }
  return { ...summary, changes: [...histories.describe(changes)] };
}

/** Null for a run that is under way, or cannot be read. */
async function readIfWhole(out: string, id: string): Promise<RunReader | null> {
  try {
    return await readRun(out, id);
  } catch (error) {
    if (error instanceof LlmciError) return null;
    throw error;
  }
}

function sizeOf(out: string, id: string): number {
  const path = join(ownPlace(out, 'runs'), id, RESULTS);
  return existsSync(path) ? statSync(path).size : 0;
}
