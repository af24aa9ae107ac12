import { compareSides } from '../../src/core/compare/compare.js';
import type { Comparison } from '../../src/core/compare/comparison.js';
import { attachResults } from '../../src/core/compare/shown-cases.js';
import { type Side, sideOfBaselines, sideOfRun } from '../../src/core/compare/side.js';
import type { BaselineColumn } from '../../src/model/baseline.js';
import type { MetricSummary, RunRecord } from '../../src/model/run-record.js';

/** The scores of cases: a number or null for one trial, a list for several; `undefined` leaves the case out. */
export type CaseRow = number | null | undefined | readonly (number | null)[];

/** A column with one row of scores a metric, for cases `c1`, `c2`, … */
export function columnOf(
  scores: Readonly<Record<string, readonly CaseRow[]>>,
  changes: Partial<BaselineColumn> & { readonly metric?: Partial<MetricSummary> } = {},
): BaselineColumn {
  const { metric = {}, ...column } = changes;
  const is: MetricSummary = { digest: '0123456789abcdef', unit: 'fraction', better: 'higher', ...metric };
  const length = Math.max(0, ...Object.values(scores).map((rows) => rows.length));
  const cases = Array.from({ length }, (_, index) => {
    const own = Object.entries(scores).flatMap(([id, rows]) => {
      const row = rows[index];
      return row === undefined ? [] : [[id, row === null || typeof row === 'number' ? [row] : [...row]] as const];
    });
    return own.length === 0
      ? []
      : [[`c${index + 1}`, { digest: 'fedcba9876543210', scores: Object.fromEntries(own) }] as const];
  });
  return {
    prompt: 'reply',
    promptDigest: 'aaaa',
    model: 'echo',
    samples: length,
    metrics: Object.fromEntries(Object.keys(scores).map((id) => [id, is])),
    cases: Object.fromEntries(cases.flat()),
    ...column,
  };
}

/** A side of one suite with these columns. */
export function sideOf(...columns: readonly BaselineColumn[]): Side {
  const finishedAt = '2026-03-01T14:25:30.000Z';
  return sideOfBaselines('side', [
    { baseline: 1, suite: 'suite', runId: 'run', finishedAt, commit: null, columns: [...columns] },
  ]);
}

/** What `llmci compare A B` would show of two records. */
export async function compareRecords(before: RunRecord, now: RunRecord, shown = 10): Promise<Comparison> {
  const sides = [await sideOfRun('A', before, before.results), await sideOfRun('B', now, now.results)] as const;
  return attachResults(compareSides(...sides), { before: before.results, now: now.results }, shown);
}

/** Two runs of the same samples: all scores are 1 in A and 0 in B, where nothing passes and outputs have `(B)` behind. */
export async function compareWithWorse(record: RunRecord, shown = 10): Promise<Comparison> {
  const ids = new Set(record.results.flatMap(({ scores }) => scores.map(({ id }) => id)));
  const is = { digest: 'x', unit: 'fraction', better: 'higher' } as const;
  const metrics = Object.fromEntries(['pass', 'score', ...ids].map((id) => [id, is]));
  const suites = record.suites.map((suite) => ({ ...suite, metrics }));
  const made = (value: 0 | 1): RunRecord => ({
    ...record,
    suites,
    results: record.results.map((result) => ({
      ...result,
      passed: value === 1,
      scores: result.scores.map((score) => ({ ...score, value, passed: value === 1 })),
      output: result.output && {
        ...result.output,
        text: value === 1 ? result.output.text : `${result.output.text}(B)`,
      },
    })),
  });
  return compareRecords(made(1), made(0), shown);
}
