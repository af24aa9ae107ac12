import type { JudgedColumn } from '../../src/core/gates/judged-column.js';
import { caseDigest, summariseMetrics } from '../../src/core/scores/baseline.js';
import { meetsMark } from '../../src/core/scores/pass-mark.js';
import { ScoreTable } from '../../src/core/scores/score-table.js';
import type { BaselineScore } from '../../src/model/baseline.js';
import type { MetricEntry } from '../../src/model/metric-entry.js';
import { columnOf, metricEntry, suiteOf } from './suite.js';

/** One list of trials a case. */
export type Scores = readonly (readonly BaselineScore[])[];

/** The run that a baseline was made of. */
export const BLESSED = { runId: 'blessed', finishedAt: '2026-03-01T14:25:00.000Z', commit: null };

/** A run with these scores, one list of trials a case, and a baseline with those. */
export function compared(
  before: Scores,
  now: Scores,
  { entry = metricEntry(), looks = 1 }: { entry?: MetricEntry; looks?: number } = {},
): JudgedColumn {
  const suite = suiteOf(now.length, { trials: Math.max(...now.map(({ length }) => length)), metrics: [entry] });
  const scores = new ScoreTable(suite);
  for (const [index, trials] of now.entries()) {
    for (const [trial, value] of trials.entries()) {
      if (value === null) continue;
      const { id } = entry;
      scores.set(index, trial + 1, [
        value === 'not-applicable'
          ? { id, value: null, passed: null, notApplicable: true }
          : { id, value, passed: meetsMark(entry, value) },
      ]);
    }
  }
  const cases = before.map((values, index) => {
    const testCase = suite.cases[index] ?? { id: `gone-${index}`, vars: {}, expected: undefined, metrics: [] };
    const passes = values.map((value) => (typeof value === 'number' ? Number(meetsMark(entry, value)) : value));
    const own = { [entry.id]: [...values], pass: passes };
    return [testCase.id, { digest: caseDigest(testCase), scores: own }] as const;
  });
  const column = {
    prompt: 'prompt',
    promptDigest: 'x',
    model: 'echo',
    samples: 1,
    metrics: { ...summariseMetrics(suite) },
    cases: Object.fromEntries(cases),
  };
  return columnOf(scores, { suite, baseline: { column, of: BLESSED }, looks });
}
