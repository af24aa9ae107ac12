import { isAbsolute, join } from 'node:path';
import { makeBaselines } from '../core/baseline.js';
import { UsageByColumn } from '../core/column-usage.js';
import { compareModels, compareSides, type Side } from '../core/compare.js';
import type { ComparedCase, ComparedColumn, Comparison } from '../core/comparison.js';
import type { Baseline } from '../model/baseline.js';
import type { Result } from '../model/run-record.js';
import type { RunReader } from '../reporters/reporter.js';
import { readBaseline, readBaselinesAt } from '../store/baselines.js';
import { openRun } from '../store/runs.js';

/** Where runs and baselines are looked for. */
export interface Places {
  readonly root: string;
  /** The folder for runs and the cache. */
  readonly out: string;
  /** Paths on the command line are relative to it. */
  readonly cwd: string;
}

/** A side, and the run that its outputs can be read from; null for baselines. */
interface OpenSide {
  readonly side: Side;
  readonly run: RunReader | null;
}

/**
 * Compares A with B, or the models of one run. Both are what `openRun` takes, a baseline's file, or `git:REF` for the
 * baselines of a commit. The samples of the `shown` cases that improved most, and of those that regressed most, come
 * with each column. Throws what `openRun` and `readBaseline` throw.
 */
export async function compareByName(
  names: readonly [a: string, b: string] | readonly [run: string],
  places: Places,
  shown: number,
): Promise<Comparison> {
  const [first, second] = names;
  const before = await openSide(first, places);
  if (second === undefined) return showCases(compareModels(before.side), before, before, shown);
  const now = await openSide(second, places);
  return showCases(compareSides(before.side, now.side), before, now, shown);
}

async function openSide(name: string, places: Places): Promise<OpenSide> {
  if (name.startsWith('git:')) {
    return sideOfBaselines(name, await readBaselinesAt(places.root, name.slice('git:'.length)));
  }
  const path = isAbsolute(name) ? name : join(places.cwd, name);
  if (name.endsWith('.baseline.json')) {
    const baseline = await readBaseline('', path);
    if (baseline !== null) return sideOfBaselines(name, [baseline]);
  }
  const run = await openRun(places.out, isRunId(name) ? name : path);
  return sideOfRun(name, run);
}

function sideOfBaselines(name: string, baselines: readonly Baseline[]): OpenSide {
  const newest = baselines.toSorted((a, b) => (a.finishedAt < b.finishedAt ? 1 : -1))[0];
  const summary = {
    name,
    runs: [...new Set(baselines.map(({ runId }) => runId))],
    finishedAt: newest?.finishedAt ?? null,
    commit: newest?.commit ?? null,
    hasOutputs: false,
  };
  return { side: { summary, suites: baselines, usageOf: () => null }, run: null };
}

async function sideOfRun(name: string, run: RunReader): Promise<OpenSide> {
  const { runId, finishedAt, git } = run.summary;
  const usage = new UsageByColumn();
  async function* results(): AsyncGenerator<Result> {
    for await (const result of run.results()) {
      usage.add(result);
      yield result;
    }
  }
  const suites = [...(await makeBaselines(run.summary, results())).values()];
  const summary = { name, runs: [runId], finishedAt, commit: git?.commit ?? null, hasOutputs: true };
  return { side: { summary, suites, usageOf: (suite, column) => usage.of(suite, column) }, run };
}

/** Reads the runs again for the samples of some cases: all of them would not fit into memory. */
async function showCases(comparison: Comparison, before: OpenSide, now: OpenSide, shown: number): Promise<Comparison> {
  const isShown = (_: ComparedCase, index: number) => index < shown;
  const columns = comparison.columns.map((column) => ({
    column,
    chosen: [...column.cases.improved.filter(isShown), ...column.cases.regressed.filter(isShown)],
  }));
  const find = async (side: 'before' | 'now', { run }: OpenSide) => {
    const wanted = new Map<string, Result | null>();
    for (const { column, chosen } of columns) {
      for (const each of chosen) wanted.set(sampleKey(column, side, each), null);
    }
    for await (const result of run?.results() ?? []) {
      const key = JSON.stringify([result.suite, result.prompt, result.model, result.case, result.trial]);
      if (wanted.has(key)) wanted.set(key, result);
    }
    return wanted;
  };
  const results = { before: await find('before', before), now: await find('now', now) };
  const attach = (column: ComparedColumn) => (each: ComparedCase, index: number) => {
    if (index >= shown) return each;
    const resultOf = (side: 'before' | 'now') => results[side].get(sampleKey(column, side, each)) ?? null;
    return { ...each, results: { before: resultOf('before'), now: resultOf('now') } };
  };
  return {
    ...comparison,
    columns: comparison.columns.map((column) => ({
      ...column,
      cases: {
        ...column.cases,
        improved: column.cases.improved.map(attach(column)),
        regressed: column.cases.regressed.map(attach(column)),
      },
    })),
  };
}

function sampleKey(column: ComparedColumn, side: 'before' | 'now', each: ComparedCase): string {
  const { prompt, model } = column[side];
  return JSON.stringify([column.suite, prompt, model, each.case, each.trials[side]]);
}

/** Whether a name is one that `openRun` looks for among the runs; all others are paths. */
function isRunId(name: string): boolean {
  return /^[\w-]+$/.test(name);
}
