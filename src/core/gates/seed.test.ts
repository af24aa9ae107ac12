import { expect, it } from 'vitest';
import { BLESSED } from '../../../test/helpers/compared.js';
import { columnOf, gateRule, metricEntry, suiteOf } from '../../../test/helpers/suite.js';
import { caseDigest, summariseMetrics } from '../scores/baseline.js';
import { ScoreTable } from '../scores/score-table.js';
import { createRandom } from '../stats/random.js';
import { judgeGates } from './gate.js';

it('a seed repeats a verdict to the last digit, and another one draws other samples', () => {
  const entry = metricEntry({ id: 'latency', unit: 'ms', better: 'lower', mark: null });
  const suite = suiteOf(20, { metrics: [entry] });
  const random = createRandom('times');
  const scores = new ScoreTable(suite);
  const cases = suite.cases.map((testCase, index) => {
    scores.set(index, 1, [{ id: 'latency', value: 100 + 50 * random.uniform(), passed: null }]);
    const past = { digest: caseDigest(testCase), scores: { latency: [100 + 50 * random.uniform()] } };
    return [testCase.id, past] as const;
  });
  const column = {
    prompt: 'prompt',
    promptDigest: 'x',
    model: 'echo',
    samples: 20,
    metrics: { ...summariseMetrics(suite) },
    cases: Object.fromEntries(cases),
  };
  const rule = gateRule({
    metric: 'latency',
    stat: 'median',
    threshold: -0.2,
    change: { relative: true },
    unit: 'ms',
    better: 'lower',
  });
  const lowOf = (seed: number | null) =>
    judgeGates([rule], columnOf(scores, { suite, baseline: { column, of: BLESSED }, seed }))[0]?.interval?.low;
  expect(lowOf(null)).toBeTypeOf('number');
  expect(lowOf(null)).toBe(lowOf(null));
  expect(lowOf(7)).toBe(lowOf(7));
  // Quantiles are coarse, so some samples have the same end
  expect(new Set([null, 7, 8, 9, 10].map(lowOf)).size).toBeGreaterThan(1);
});
