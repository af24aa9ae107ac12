import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { canonicalJson } from '../core/text/canonical.js';
import { LlmciError } from '../core/text/errors.js';
import { wellFormedJson } from '../core/text/write-json.js';
import { type Baseline, baselineSchema } from '../model/baseline.js';
import { writeAtomic } from './atomic.js';

const run = promisify(execFile);

/** Where the baseline of a suite is kept: beside its file. */
export function baselinePath(suitePath: string): string {
  return suitePath.replace(/\.eval\.ya?ml$/, '.baseline.json');
}

/** The baseline at a path from the root; null when there is no such file. Throws `unreadable-baseline`. */
export async function readBaseline(root: string, path: string): Promise<Baseline | null> {
  if (!existsSync(join(root, path))) return null;
  return parseBaseline(await readFile(join(root, path), 'utf8'), path);
}

/** The baseline as it was committed at a git ref; null when that commit has none. Throws `unreadable-baseline`. */
export async function readBaselineAt(root: string, ref: string, path: string): Promise<Baseline | null> {
  const git = await openCommit(root, ref);
  try {
    return parseBaseline(await git(['show', `${ref}:./${path}`]), `${path} at ${ref}`);
  } catch (error) {
    if (error instanceof LlmciError) throw error;
    return null;
  }
}

/** All baselines below evals/ as they were committed at a git ref, by their paths. Throws `unreadable-baseline`. */
export async function readBaselinesAt(root: string, ref: string): Promise<readonly Baseline[]> {
  const git = await openCommit(root, ref);
  const paths = (await git(['ls-tree', '-r', '-z', '--name-only', ref, 'evals/'])).split('\0');
  const baselines: Baseline[] = [];
  for (const path of paths.filter((name) => name.endsWith('.baseline.json')).sort()) {
    baselines.push(parseBaseline(await git(['show', `${ref}:./${path}`]), `${path} at ${ref}`));
  }
  return baselines;
}

/** How git is asked about a commit that it knows. Throws `unreadable-baseline` for one that it does not. */
async function openCommit(root: string, ref: string): Promise<(args: readonly string[]) => Promise<string>> {
  // A ref that looks like an option would be one; what stands behind a colon is a path in the commit
  if (!/^[^-\s:\p{Cc}][^\s:\p{Cc}]*$/u.test(ref)) {
    throw new LlmciError('unreadable-baseline', { path: `git:${ref}`, why: 'this is no name of a commit' });
  }
  const git = async (args: readonly string[]) =>
    (await run('git', args, { cwd: root, timeout: 10_000, maxBuffer: 1 << 28 })).stdout;
  try {
    await git(['rev-parse', '--verify', '--quiet', `${ref}^{commit}`]);
  } catch {
    const why = 'git knows no such commit here; in CI, fetch it first';
    throw new LlmciError('unreadable-baseline', { path: `git:${ref}`, why });
  }
  return git;
}

/** Writes a baseline so that a diff shows the cases that changed, a line each. Throws `cannot-write`. */
export async function writeBaseline(root: string, path: string, baseline: Baseline): Promise<void> {
  await writeAtomic(join(root, path), wellFormedJson(serialise(baseline)));
}

function parseBaseline(text: string, path: string): Baseline {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new LlmciError('unreadable-baseline', { path, why: (error as Error).message });
  }
  const parsed = baselineSchema.safeParse(data);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new LlmciError('unreadable-baseline', { path, why: `${issue?.path.join('.')}: ${issue?.message}` });
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
