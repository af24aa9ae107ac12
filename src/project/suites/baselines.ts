import { canonicalJson } from '../../core/text/canonical.js';
import { LlmciError } from '../../core/text/errors.js';
import { wellFormedJson } from '../../core/text/write-json.js';
import type { Baseline } from '../../model/baseline.js';
import type { Problem } from '../../model/problem.js';
import { writeAtomic } from '../../store/files/atomic.js';
import { requireInside } from '../../store/files/places.js';
import { problemOfFile } from '../../store/files/read-file.js';
import { openCommit } from '../../store/git/git.js';
import { readNamedTextIfThere, readTextIfThere } from '../source/files.js';
import { checkBaseline } from './baseline-faults.js';

/** Where the baseline of a suite is kept: beside its file. */
export function baselinePath(suitePath: string): string {
  return suitePath.replace(/\.eval\.ya?ml$/, '.baseline.json');
}

/**
 * The committed baseline at a path from the root, beside a suite; null when there is no such file. Throws
 * `unreadable-baseline` with everything that is wrong in it.
 */
export async function readBaseline(root: string, path: string, suite: string | null): Promise<Baseline | null> {
  const text = await unlessUnusable(path, readTextIfThere(root, path));
  return text === null ? null : parseBaseline(text, path, suite);
}

/** As `readBaseline`; null too for one that cannot be read, which is told where all files are checked. */
export async function readSoundBaseline(root: string, path: string, suite: string): Promise<Baseline | null> {
  return readBaseline(root, path, suite).catch((error: unknown) => {
    if (error instanceof LlmciError) return null;
    throw error;
  });
}

/** The baseline in a file that a flag names, from the root; null when there is none. Throws `unreadable-baseline`, `bad-link`. */
export async function readNamedBaseline(root: string, path: string): Promise<Baseline | null> {
  const text = await unlessUnusable(path, readNamedTextIfThere(root, path));
  return text === null ? null : parseBaseline(text, path, null);
}

/** The baseline of a suite as it was committed at a git ref; null when that commit has none. Throws `unreadable-baseline`. */
export async function readBaselineAt(root: string, ref: string, path: string, suite: string): Promise<Baseline | null> {
  const text = await (await openCommit(root, ref)).read(path);
  return text === null ? null : parseBaseline(text, `${path} at ${ref}`, suite);
}

/** All baselines below evals/ as they were committed at a git ref, by their paths. Throws `unreadable-baseline`. */
export async function readBaselinesAt(root: string, ref: string): Promise<readonly Baseline[]> {
  const commit = await openCommit(root, ref);
  const paths = await commit.list('evals/');
  const baselines: Baseline[] = [];
  for (const path of paths.filter((name) => name.endsWith('.baseline.json')).sort()) {
    const text = await commit.read(path);
    if (text !== null) baselines.push(parseBaseline(text, `${path} at ${ref}`, null));
  }
  return baselines;
}

/** What is wrong in the baselines beside these suites, with the place of each. */
export async function faultsOfBaselines(
  root: string,
  suites: Iterable<{ readonly id: string; readonly path: string }>,
): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const { id, path } of suites) {
    try {
      await readBaseline(root, baselinePath(path), id);
    } catch (error) {
      if (!(error instanceof LlmciError)) throw error;
      for (const problem of error.problems) problems.push(problem);
    }
  }
  return problems;
}

/**
 * Writes a baseline so that a diff shows the cases that changed, a line each. Throws `bad-link` when its path, which comes
 * from a record of a run, leads out of the project, `cannot-write`.
 */
export async function writeBaseline(root: string, path: string, baseline: Baseline): Promise<void> {
  await writeAtomic(() => requireInside(root, path), wellFormedJson(serialise(baseline)));
}

async function unlessUnusable<T>(path: string, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    throw unreadable(path, [problemOfFile(path, error)]);
  }
}

function parseBaseline(text: string, path: string, suite: string | null): Baseline {
  const checked = checkBaseline(path, text, suite);
  if ('baseline' in checked) return checked.baseline;
  throw unreadable(path, checked.problems);
}

function unreadable(path: string, problems: readonly Problem[]): LlmciError {
  return new LlmciError('unreadable-baseline', { path, why: problems[0]?.message ?? '' }, problems);
}

function serialise({ columns, ...head }: Baseline): string {
  const sorted = columns.toSorted((a, b) => compare(a.prompt, b.prompt) || compare(a.model, b.model));
  const blocks = sorted.map(({ cases, metrics, ...column }) => {
    const rows = Object.entries(cases)
      .toSorted(([a], [b]) => compare(a, b))
      .map(([id, row]) => `        ${JSON.stringify(id)}: ${canonicalJson(row)}`);
    return `    {\n${members(column, 6)},\n      "metrics": ${canonicalJson(metrics)},\n      "cases": {\n${rows.join(',\n')}\n      }\n    }`;
  });
  return `{\n${members(head, 2)},\n  "columns": [\n${blocks.join(',\n')}\n  ]\n}\n`;
}

/** By code units, as the same everywhere. */
function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function members(object: Readonly<Record<string, unknown>>, indent: number): string {
  const lines = Object.entries(object).map(([key, value]) => `${' '.repeat(indent)}"${key}": ${JSON.stringify(value)}`);
  return lines.join(',\n');
}
