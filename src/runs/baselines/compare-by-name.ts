import { isAbsolute, join } from 'node:path';
import { compareModels, comparePrompts, compareSides } from '../../core/compare/compare.js';
import type { Comparison } from '../../core/compare/comparison.js';
import { attachResults } from '../../core/compare/shown-cases.js';
import { messagesIn, type Side, sideOfBaselines, sideOfRun } from '../../core/compare/side.js';
import { LlmciError } from '../../core/text/errors.js';
import type { Baseline } from '../../model/baseline.js';
import type { RunReader } from '../../model/run-record.js';
import { readBaselinesAt, readNamedBaseline } from '../../project/suites/baselines.js';
import { readRun, wholeName } from '../../store/runs/runs.js';

/** Where runs and baselines are looked for. */
export interface ComparedPlaces {
  readonly root: string;
  /** The folder for runs and the cache. */
  readonly out: string;
  /** Paths on the command line are relative to it. */
  readonly cwd: string;
}

/**
 * Compares A with B, or the models or prompts of one run. Both are what `readRun` takes, a baseline's file, or `git:REF` for the
 * baselines of a commit. The samples of the `shown` cases that improved most, and of those that regressed most, come
 * with each column. Throws what `readRun` and `readBaseline` throw.
 */
export async function compareByName(
  names: readonly [a: string, b: string] | readonly [run: string],
  places: ComparedPlaces,
  shown: number,
  by: 'model' | 'prompt' = 'model',
): Promise<Comparison> {
  const [first, second] = names;
  const within = by === 'model' ? compareModels : comparePrompts;
  const before = await openSide(first, places);
  const now = second === undefined ? before : await openSide(second, places);
  const comparison = second === undefined ? within(before.side) : compareSides(before.side, now.side);
  return attachResults(comparison, { before: before.run?.results() ?? [], now: now.run?.results() ?? [] }, shown);
}

/** A side, and the run that its outputs can be read from; null for baselines. */
async function openSide(
  name: string,
  { root, out, cwd }: ComparedPlaces,
): Promise<{ readonly side: Side; readonly run: RunReader | null }> {
  if (name.startsWith('git:')) {
    return { side: await openBaselines(name, await readBaselinesAt(root, name.slice('git:'.length)), out), run: null };
  }
  const path = isAbsolute(name) ? name : join(cwd, name);
  const baseline = name.endsWith('.baseline.json') ? await readNamedBaseline(root, path) : null;
  if (baseline !== null) return { side: await openBaselines(name, [baseline], out), run: null };
  const run = await readRun(out, wholeName(cwd, name));
  return { side: await sideOfRun(name, run.summary, run.results()), run };
}

/** Null when it is not kept, or cannot be read. A baseline is a file that anybody may have written: it names an id, no path. */
async function readRunIfKept(out: string, runId: string): Promise<RunReader | null> {
  if (!/^[\w-]+$/.test(runId) || runId === 'latest') return null;
  try {
    return await readRun(out, runId);
  } catch (error) {
    if (error instanceof LlmciError) return null;
    throw error;
  }
}

/** Baselines keep no prompts: what their prompts said is known while the runs that were blessed are kept. */
async function openBaselines(name: string, baselines: readonly Baseline[], out: string): Promise<Side> {
  const kept = new Map<string, RunReader>();
  for (const { runId } of baselines) {
    const run = await readRunIfKept(out, runId);
    if (run) kept.set(runId, run);
  }
  return sideOfBaselines(name, baselines, (suite, prompt) => {
    const run = kept.get(baselines.find((each) => each.suite === suite)?.runId ?? '');
    return run ? messagesIn(run.summary)(suite, prompt) : null;
  });
}
