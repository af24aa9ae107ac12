import { isAbsolute, join } from 'node:path';
import { compareModels, comparePrompts, compareSides } from '../../core/compare/compare.js';
import type { Comparison } from '../../core/compare/comparison.js';
import { attachResults } from '../../core/compare/shown-cases.js';
import { type Side, sideOfBaselines, sideOfRun } from '../../core/compare/side.js';
import type { RunReader } from '../../model/run-record.js';
import { readBaselinesAt, readNamedBaseline } from '../../project/baselines.js';
import { readRun, wholeName } from '../../store/runs.js';

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
    return { side: sideOfBaselines(name, await readBaselinesAt(root, name.slice('git:'.length))), run: null };
  }
  const path = isAbsolute(name) ? name : join(cwd, name);
  const baseline = name.endsWith('.baseline.json') ? await readNamedBaseline(root, path) : null;
  if (baseline !== null) return { side: sideOfBaselines(name, [baseline]), run: null };
  const run = await readRun(out, wholeName(cwd, name));
  return { side: await sideOfRun(name, run.summary, run.results()), run };
}
