import { resolve } from 'node:path';
import { canonicalJson } from '../../core/text/canonical.js';
import { invalidFiles } from '../../core/text/errors.js';
import { exactValues } from '../../core/text/json-value.js';
import type { Case } from '../../model/case.js';
import { isRecord, type Json, jsonSchema } from '../../model/json.js';
import { type Output, outputSchema } from '../../model/output.js';
import { atTop, type Problem } from '../../model/problem.js';
import { pathFrom } from '../../store/files/places.js';
import { problemOfFile } from '../../store/files/read-file.js';
import { streamNamedText } from '../source/files.js';
import { isBlankText, tagsIn } from './cell-text.js';
import { hasCells, readRows } from './dataset-rows.js';

/** A ready-made output with its case, to be scored without a model. */
export interface ScoredRow {
  readonly case: Pick<Case, 'vars' | 'expected' | 'tags'>;
  readonly output: Output;
  /** Every column as it stands. */
  readonly columns: Readonly<Record<string, unknown>>;
}

/** An output of which nothing is known but its text. */
export function textOutput(text: string): Output {
  return {
    text,
    toolCalls: [],
    usage: { inputTokens: null, outputTokens: null },
    finishReason: null,
    servedModel: null,
    latencyMs: null,
    usd: null,
    source: 'replay',
  };
}

/**
 * The rows of a JSONL, CSV, JSON or YAML file that a flag names: `output` (a text, or an output as run records hold it),
 * `expected`, `vars`, `tags`; without `vars` all other columns are the variables. `column` is the one of the outputs,
 * null when there are none to read. Throws `invalid-files` with every row that does not fit.
 */
export async function readScoredRows(
  root: string,
  cwd: string,
  file: string,
  column: string | null,
): Promise<readonly ScoredRow[]> {
  const path = pathFrom(root, resolve(cwd, file));
  const problems: Problem[] = [];
  try {
    const cells = hasCells(path);
    const scored: ScoredRow[] = [];
    let rows = 0;
    const report = (problem: Problem) => problems.push(problem);
    for await (const { data, source, path: place } of readRows(path, streamNamedText(root, path), null, report)) {
      rows++;
      const row = readRow(data, column, cells);
      if (typeof row !== 'string') scored.push(row);
      else report({ ...source.at(place), message: `row ${rows}: ${row}` });
    }
    if (rows === 0 && problems.length === 0) report({ ...atTop(path), message: 'there are no rows' });
    if (problems.length === 0) return scored;
  } catch (error) {
    problems.push(problemOfFile(path, error));
  }
  throw invalidFiles(problems);
}

/** What each row shows to be judged: rows differ when a column does, but for those of people (`labels`), `id` and `tags`. */
export function itemsOf(rows: readonly ScoredRow[], labels: readonly string[]): readonly string[] {
  const besides = new Set([...labels, 'id', 'tags']);
  return rows.map(({ columns }) =>
    canonicalJson(Object.fromEntries(Object.entries(columns).filter(([name]) => !besides.has(name)))),
  );
}

/** The row, or what is wrong with it. */
function readRow(data: unknown, column: string | null, cells: boolean): ScoredRow | string {
  if (!isRecord(data)) return 'a row must be { column: value, … }';
  const { [column ?? '']: written, expected, tags, vars, ...rest } = data;
  const output = column === null ? textOutput('') : readOutput(written);
  if (output === null) return `its ${column} is neither a text nor an output`;
  return {
    case: {
      vars: readVars(isRecord(vars) ? vars : rest),
      expected: cells && isBlankText(expected) ? undefined : readJson(expected),
      tags: readTags(tags),
    },
    output,
    columns: data,
  };
}

function readOutput(written: unknown): Output | null {
  if (typeof written === 'string') return textOutput(written);
  // Times and counts are numbers, however they are written; what tools were called with may be more
  const parsed = outputSchema.partial().safeParse(exactValues(written as Json));
  if (!parsed.success) return null;
  const given = Object.entries(parsed.data).filter(([, value]) => value !== undefined);
  return { ...textOutput(''), ...Object.fromEntries(given) };
}

function readVars(written: Readonly<Record<string, unknown>>): Record<string, Json> {
  return Object.fromEntries(Object.entries(written).map(([name, value]) => [name, readJson(value) ?? null]));
}

function readJson(value: unknown): Json | undefined {
  const parsed = jsonSchema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

function readTags(written: unknown): readonly string[] {
  if (typeof written === 'string') return tagsIn(written);
  return Array.isArray(written) ? written.map((tag) => String(tag).trim()).filter(Boolean) : [];
}
