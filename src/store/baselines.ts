import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson } from '../core/text/canonical.js';
import { LlmciError } from '../core/text/errors.js';
import { wellFormedJson } from '../core/text/write-json.js';
import { type Baseline, baselineSchema } from '../model/baseline.js';
import { writeAtomic } from './atomic.js';
import { openCommit } from './git.js';

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
  const text = await (await openCommit(root, ref)).read(path);
  return text === null ? null : parseBaseline(text, `${path} at ${ref}`);
}

/** All baselines below evals/ as they were committed at a git ref, by their paths. Throws `unreadable-baseline`. */
export async function readBaselinesAt(root: string, ref: string): Promise<readonly Baseline[]> {
  const commit = await openCommit(root, ref);
  const paths = await commit.list('evals/');
  const baselines: Baseline[] = [];
  for (const path of paths.filter((name) => name.endsWith('.baseline.json')).sort()) {
    const text = await commit.read(path);
    if (text !== null) baselines.push(parseBaseline(text, `${path} at ${ref}`));
  }
  return baselines;
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
