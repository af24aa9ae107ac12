import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnOf, gateRule, metricEntry, tableOf } from '../../test/helpers/suite.js';
import type { GateResult } from '../model/run-record.js';
import { judgeGates } from './gate.js';

const judge = (rule: Parameters<typeof gateRule>[0], table: ReturnType<typeof tableOf>) =>
  judgeGates([gateRule(rule)], columnOf(table))[0] as GateResult;
const ones = (n: number) => Array<number>(n).fill(1);
const zeros = (n: number) => Array<number>(n).fill(0);

describe('a rate', () => {
  it.each([
    // successes, failures, decide, verdict. Wilson one-sided 95 %: 30/30 -> 0.917, 27/30 -> [0.768, 0.962], 20/30 -> 0.789 above
    [30, 0, 'estimate', 'pass'],
    [27, 3, 'estimate', 'pass'],
    [26, 4, 'estimate', 'inconclusive'],
    [20, 10, 'estimate', 'fail'],
    [30, 0, 'proof', 'pass'],
    [27, 3, 'proof', 'inconclusive'],
    [26, 4, 'proof', 'inconclusive'],
    [20, 10, 'proof', 'fail'],
    [27, 3, 'point', 'pass'],
    [26, 4, 'point', 'fail'],
  ] as const)('of %i passes and %i failures, decide %s: %s', (successes, failures, decide, verdict) => {
    expect(judge({ decide }, tableOf([...ones(successes), ...zeros(failures)])).verdict).toBe(verdict);
  });

  it('says in one sentence what was expected, what was seen and on how many samples', () => {
    expect(judge({}, tableOf([...ones(20), ...zeros(10)])).message).toMatchInlineSnapshot(
      `"20 of 30 samples passed (0.667); at least 0.9 wanted: missed, and noise does not explain it (its 95% bound is 0.789)"`,
    );
  });
});

describe('fails closed', () => {
  it('over nothing', () => {
    const result = judge({ where: ['safety'] }, tableOf(ones(5)));
    expect(result).toMatchObject({ verdict: 'error', actual: null, n: 0, missing: 0, blocks: true });
    expect(result.message).toContain('no case tagged safety');
  });

  it('over a missing score, even when the rest is perfect', () => {
    expect(judge({}, tableOf([...ones(99), null]))).toMatchObject({
      verdict: 'error',
      n: 99,
      missing: 1,
      blocks: true,
    });
  });

  it('but a failure that no missing score can undo is a failure', () => {
    const result = judge({ decide: 'point' }, tableOf([...zeros(46), ...ones(3), null]));
    expect(result).toMatchObject({ verdict: 'fail', missing: 1 });
    expect(result.message).toContain('1 of 50 scores missing, and with the best scores in their place it would fail');
  });

  it('over a latency that was never measured', () => {
    const entry = metricEntry({ id: 'latency', unit: 'ms', better: 'lower', mark: null });
    const rule = { metric: 'latency', stat: 'p95', bound: 'max', threshold: 4000, unit: 'ms' } as const;
    expect(judge(rule, tableOf([100, 200, null], { entry })).verdict).toBe('error');
  });

  it('never passes whatever else, while a score is missing', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(0, 1), { maxLength: 40 }),
        fc.constantFrom('estimate', 'proof', 'point'),
        fc.constantFrom('mean', 'rate', 'min', 'max', 'p95', 'sum'),
        fc.constantFrom('min', 'max'),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, decide, stat, bound, threshold) => {
          expect(
            judge({ metric: 'equals', decide, stat, bound, threshold }, tableOf([...values, null])).verdict,
          ).not.toBe('pass');
        },
      ),
    );
  });
});

describe('bounds', () => {
  const graded = metricEntry({ mark: null });
  const mean = { metric: 'equals', stat: 'mean' } as const;

  it('of a mean are t bounds, as scipy gives them', () => {
    // scipy.stats.t.interval(0.9, 9, 0.725, 0.13149778198382917), the values of ../shared/data/stats-vectors.json mean_ci_t
    const values = [1, 0, 1, 1, 0.5, 1, 0, 1, 0.75, 1];
    const { interval } = judge({ ...mean, threshold: 0.7 }, tableOf(values, { entry: graded }));
    expect(interval?.low).toBeCloseTo(0.725 - 1.8331129326536335 * 0.13149778198382917, 9);
    expect(interval?.confidence).toBeCloseTo(0.9, 12);
  });

  it('of equal fractions are no certainty', () => {
    const { interval, verdict } = judge(
      { ...mean, threshold: 0.75, decide: 'proof' },
      tableOf(Array<number>(10).fill(0.8), { entry: graded }),
    );
    expect(interval?.low).toBeLessThan(0.6);
    expect(verdict).toBe('inconclusive');
  });

  it('of one graded value do not exist, so nothing is proven', () => {
    const value = metricEntry({ id: 'tokens', unit: 'tokens', mark: null });
    const rule = { metric: 'tokens', stat: 'mean', bound: 'max', threshold: 10, unit: 'tokens' } as const;
    expect(judge({ ...rule, decide: 'proof' }, tableOf([5], { entry: value })).verdict).toBe('inconclusive');
    expect(judge(rule, tableOf([5], { entry: value })).verdict).toBe('pass');
    expect(judge(rule, tableOf([50], { entry: value })).verdict).toBe('fail');
  });
});

describe('a level or a policy', () => {
  const failing = tableOf(zeros(30));
  it('warn does not block', () => {
    expect(judge({ level: 'warn' }, failing)).toMatchObject({ verdict: 'fail', blocks: false });
  });

  it.each([
    ['fail', true],
    ['warn', false],
    ['pass', false],
  ] as const)('onInconclusive %s blocks: %s', (onInconclusive, blocks) => {
    const table = tableOf([...ones(26), ...zeros(4)]);
    expect(judge({ onInconclusive }, table)).toMatchObject({ verdict: 'inconclusive', blocks });
  });
});

it('judges only the cases that `where` names', () => {
  const table = tableOf([0, 1, 1, 1], { tagged: 1 });
  expect(judge({ where: ['safety'], decide: 'point', threshold: 1 }, table)).toMatchObject({ n: 1, verdict: 'fail' });
});

it('meets a threshold whatever the last bit of a fraction says', () => {
  const table = tableOf([0.7, 0.9, 0.8, 0.8], { entry: metricEntry({ mark: null }) });
  expect(judge({ metric: 'equals', stat: 'mean', threshold: 0.8, decide: 'point' }, table).verdict).toBe('pass');
});
