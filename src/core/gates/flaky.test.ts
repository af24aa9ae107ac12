import { describe, expect, it } from 'vitest';
import { columnOf, metricEntry, suiteOf } from '../../../test/helpers/suite.js';
import { ScoreTable } from '../scores/score-table.js';
import { findFlaky } from './flaky.js';
import type { JudgedColumn } from './judged-column.js';

const yesNo = metricEntry({ id: 'equals' });
const graded = metricEntry({ id: 'similarity', mark: null });
const slow = metricEntry({ id: 'latency', unit: 'ms', better: 'lower', mark: null });

/** A column whose cases have these trials, each a value for each metric. */
function column(cases: readonly (readonly Readonly<Record<string, number>>[])[], metrics = [yesNo]): JudgedColumn {
  const suite = suiteOf(cases.length, { trials: cases[0]?.length ?? 1, metrics });
  const scores = new ScoreTable(suite);
  for (const [caseIndex, trials] of cases.entries()) {
    for (const [trial, values] of trials.entries()) {
      const own = Object.entries(values).map(([id, value]) => ({
        id,
        value,
        passed: metrics.find((entry) => entry.id === id)?.mark ? value === 1 : null,
      }));
      scores.set(caseIndex, trial + 1, own);
    }
  }
  return columnOf(scores, { suite });
}

const trialsOf = (...values: number[]) => values.map((equals) => ({ equals }));

describe('findFlaky', () => {
  it('lists cases by how much their trials disagree', () => {
    const flaky = findFlaky([column([trialsOf(1, 1, 1, 1), trialsOf(1, 1, 1, 0), trialsOf(0, 1, 0, 1)])]);
    expect(flaky).toEqual([
      {
        suite: 'suite',
        prompt: 'prompt',
        model: 'echo',
        case: 'case-3',
        metric: 'pass',
        trials: 4,
        passed: 2,
        spread: 2 / 3,
      },
      {
        suite: 'suite',
        prompt: 'prompt',
        model: 'echo',
        case: 'case-2',
        metric: 'pass',
        trials: 4,
        passed: 3,
        spread: 0.5,
      },
    ]);
  });

  it('names the metric that disagrees most; time is none', () => {
    const metrics = [yesNo, graded, slow];
    const [found, ...others] = findFlaky([
      column(
        [
          [
            { equals: 1, similarity: 0.9, latency: 10 },
            { equals: 1, similarity: 0.5, latency: 9_000 },
          ],
          [
            { equals: 1, similarity: 0.9, latency: 10 },
            { equals: 1, similarity: 0.88, latency: 9_000 },
          ],
        ],
        metrics,
      ),
    ]);
    expect(found).toMatchObject({ case: 'case-1', metric: 'similarity', passed: null, trials: 2 });
    expect(found?.spread).toBeCloseTo(0.4, 12);
    expect(others).toEqual([]);
  });

  it('is empty with one trial, and never longer than twenty', () => {
    expect(findFlaky([column([trialsOf(1), trialsOf(0)])])).toEqual([]);
    expect(findFlaky([column(Array.from({ length: 30 }, () => trialsOf(0, 1)))])).toHaveLength(20);
  });

  it('looks at the trials that there are', () => {
    const suite = suiteOf(1, { trials: 3 });
    const scores = new ScoreTable(suite);
    scores.set(0, 1, [{ id: 'equals', value: 1, passed: true }]);
    scores.set(0, 3, [{ id: 'equals', value: 0, passed: false }]);
    expect(findFlaky([columnOf(scores, { suite })])).toMatchObject([{ trials: 2, passed: 1, spread: 1 }]);
  });
});
