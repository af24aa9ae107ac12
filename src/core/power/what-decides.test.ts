import { expect, it } from 'vitest';
import { BLESSED } from '../../../test/helpers/compared.js';
import { gateRule, metricEntry, suiteOf } from '../../../test/helpers/suite.js';
import type { BaselineColumn } from '../../model/baseline.js';
import type { GateRule } from '../../model/gate.js';
import { judgeGates } from '../gates/gate.js';
import type { JudgedColumn } from '../gates/judged-column.js';
import { caseDigest, summariseMetrics } from '../scores/baseline.js';
import { ScoreTable } from '../scores/score-table.js';
import { whatDecides } from './what-decides.js';

/** A column of yes/no scores: of each tenth of the cases so many passed, then and now. */
function columnOf(cases: number, now: (index: number) => boolean, before: (index: number) => boolean): JudgedColumn {
  const suite = suiteOf(cases, { metrics: [metricEntry({ id: 'm', mark: { min: 1 } })] });
  const scores = new ScoreTable(suite);
  suite.cases.forEach((_, index) => {
    scores.set(index, 1, [{ id: 'm', value: Number(now(index)), passed: now(index) }]);
  });
  const column: BaselineColumn = {
    prompt: 'prompt',
    promptDigest: 'x',
    model: 'echo',
    samples: cases,
    metrics: { ...summariseMetrics(suite) },
    cases: Object.fromEntries(
      suite.cases.map((each, index) => [each.id, { digest: caseDigest(each), scores: { m: [Number(before(index))] } }]),
    ),
  };
  return {
    ...{ suite, prompt: 'prompt', model: 'echo', scores, looks: 1, seed: null },
    baseline: { column, of: BLESSED },
  };
}

const judged = (rule: GateRule, column: JudgedColumn) => {
  const [result] = judgeGates([rule], column);
  if (!result) throw new Error('no result');
  return result;
};

it('names the cases with which the same picture is decided', () => {
  // A tenth of the cases broke, one in 20 was fixed
  const broken = (index: number) => index % 20 < 3;
  const now = (index: number) => !broken(index);
  const before = (index: number) => index % 20 !== 19;
  const rule = gateRule({ metric: 'm', stat: 'rate', threshold: -0.05, change: { relative: false } });
  const small = columnOf(40, now, before);
  const result = judged(rule, small);
  expect(result.verdict).toBe('inconclusive');
  const deciding = whatDecides(rule, result, small, [rule]);
  expect(deciding?.cases).toBeGreaterThan(100);
  const large = columnOf(Math.ceil((deciding?.cases ?? 0) / 20) * 20, now, before);
  expect(judged(rule, large).verdict).toBe('fail');
});

it('does the same for a bound, and for a proof that is owed', () => {
  const eight = (index: number) => index % 10 < 8;
  const missed = gateRule({ metric: 'm', stat: 'rate', threshold: 0.9 });
  const ten = columnOf(10, eight, eight);
  const result = judged(missed, ten);
  expect(result.verdict).toBe('inconclusive');
  const cases = whatDecides(missed, result, ten, [missed])?.cases ?? 0;
  expect(cases).toBeGreaterThan(30);
  const large = columnOf(Math.ceil(cases / 10) * 10, eight, eight);
  expect(judged(missed, large).verdict).toBe('fail');

  const proof = gateRule({ metric: 'm', stat: 'rate', threshold: 0.7, decide: 'proof' });
  const owed = judged(proof, ten);
  expect(owed.verdict).toBe('inconclusive');
  const needed = whatDecides(proof, owed, ten, [proof])?.cases ?? 0;
  expect(needed).toBeGreaterThan(30);
  expect(judged(proof, columnOf(Math.ceil(needed / 10) * 10, eight, eight)).verdict).toBe('pass');
});

it('knows nothing of quantiles, and invents nothing', () => {
  const rule = gateRule({ metric: 'm', stat: 'p95', threshold: 0.9 });
  const column = columnOf(
    10,
    () => true,
    () => true,
  );
  expect(whatDecides(rule, { actual: 0.8, change: null }, column, [rule])).toBeNull();
});
