import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnOf, gateRule, metricEntry, suiteOf, tableOf } from '../../../test/helpers/suite.js';
import type { GateResult } from '../../model/run-record.js';
import { ScoreTable } from '../scores/score-table.js';
import { judgeGates } from './gate.js';

const judge = (rule: Parameters<typeof gateRule>[0], table: ReturnType<typeof tableOf>) =>
  judgeGates([gateRule(rule)], columnOf(table))[0] as GateResult;
const ones = (n: number) => Array<number>(n).fill(1);
const zeros = (n: number) => Array<number>(n).fill(0);

describe('a rate', () => {
  it.each([
    // successes, failures, decide, verdict. Clopper-Pearson one-sided 95 %: 30/30 -> 0.905, 27/30 -> [0.761, 0.972], 20/30 -> 0.807 above
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
      `"20 of 30 samples passed (0.667); at least 0.9 wanted: missed, and noise does not explain it (its 95% bound is 0.807)"`,
    );
  });

  it('names the bound, its confidence and what misses it so that they differ', () => {
    const all = tableOf([...ones(19_992), ...zeros(8)]);
    expect(judge({ threshold: 0.9997, confidence: 0.9999 }, all).message).toMatch(
      /^19992 of 20,000 samples passed \(0\.9996\); at least 0\.9997 wanted: .* 99\.99% bound/,
    );
    const found = { kappa: 0.5996 } as NonNullable<ReturnType<typeof gateRule>['calibration']>['found'];
    expect(judge({ calibration: { kappa: 0.6, correct: false, found } }, tableOf(ones(30))).message).toBe(
      'pass may not judge: its kappa with people is 0.5996, and 0.6 is asked for',
    );
  });
});

it('cases that share their answers are one piece of evidence', () => {
  const suite = suiteOf(60);
  const shared = (size: number) => Int32Array.from({ length: 60 }, (_, index) => index - (index % size));
  const verdictWith = (groups: Int32Array | null, changes: Parameters<typeof gateRule>[0] = {}) => {
    const table = new ScoreTable(suite, groups);
    for (let place = 0; place < 60; place++) table.set(place, 1, [{ id: 'equals', value: 1, passed: true }]);
    return judgeGates([gateRule({ decide: 'proof', ...changes })], columnOf(table, { suite }))[0]?.verdict;
  };
  expect(verdictWith(null)).toBe('pass');
  for (const inference of ['population', 'suite'] as const) {
    for (const stat of ['rate', 'mean', 'pass@1', 'p50'] as const) {
      const threshold = stat === 'p50' ? 1 : 0.9;
      const metric = stat === 'p50' || stat === 'mean' ? 'equals' : 'pass';
      expect([stat, verdictWith(shared(60), { inference, stat, threshold, metric })]).toEqual([stat, 'inconclusive']);
    }
    expect(verdictWith(shared(2), { inference })).toBe('pass');
    expect(verdictWith(shared(3), { inference })).toBe('inconclusive');
  }
});

describe('what is not applicable', () => {
  const leftOut = (n: number) => Array<'not-applicable'>(n).fill('not-applicable');

  it('is left out, and the gate says how many', () => {
    const result = judge({}, tableOf([...ones(31), ...leftOut(9)]));
    expect(result).toMatchObject({ verdict: 'pass', actual: 1, n: 31, missing: 0, notApplicable: 9 });
    expect(result.message).toMatch(/^31 of 31 samples passed .*\. Left out: 9 of 40 scores, not applicable$/);
  });

  it.each([
    [5, 5, undefined, 'pass'],
    [4, 6, undefined, 'error'],
    [4, 6, 0.4, 'pass'],
    [1, 9, 0, 'pass'],
    [9, 1, 0.95, 'error'],
    [0, 9, 0, 'error'],
  ])('%i that apply and %i that do not, with applies %s: %s', (apply, others, applies = 0.5, verdict) => {
    expect(judge({ applies, decide: 'point' }, tableOf([...ones(apply), ...leftOut(others)])).verdict).toBe(verdict);
  });

  it('beyond the share that `applies` allows is an error that says so', () => {
    expect(judge({}, tableOf([...ones(3), ...leftOut(37)]))).toMatchObject({ blocks: true, actual: null });
    expect(judge({}, tableOf([...ones(3), ...leftOut(37)])).message).toMatchInlineSnapshot(
      `"only 3 of 40 scores of pass apply (0.075), and \`applies\` asks for 0.5: too much is left out to judge the rest"`,
    );
  });

  it('excuses nothing that is missing, and no failure for which too few apply', () => {
    expect(judge({}, tableOf([...ones(30), ...leftOut(9), null])).verdict).toBe('error');
    const few = tableOf([...zeros(3), ...leftOut(36), null]);
    expect(judge({ decide: 'point' }, few).verdict).toBe('error');
    expect(judge({ decide: 'point', applies: 0 }, few).verdict).toBe('fail');
  });

  it('is nothing to a share of trials without a mark, which no case meets: an error', () => {
    const entries = [metricEntry(), metricEntry({ id: 'length', mark: null })];
    const suite = suiteOf(2, { trials: 2, metrics: entries });
    const table = new ScoreTable(suite);
    for (const place of [0, 1])
      for (const trial of [1, 2]) table.set(place, trial, [{ id: 'length', value: 1, passed: null }]);
    for (const stat of ['pass^2', 'pass@2', 'rate'] as const) {
      const rule = gateRule({ metric: 'length', stat, bound: 'max', threshold: 0.1, decide: 'point' });
      expect(judgeGates([rule], columnOf(table, { suite }))[0]).toMatchObject({ verdict: 'error' });
    }
  });

  it('takes a case out of pass@k when fewer than k of its trials apply', () => {
    const suite = suiteOf(3, { trials: 2 });
    const table = new ScoreTable(suite);
    for (const [place, trials] of [
      [1, 1],
      [1, null],
      [1, 1],
    ].entries()) {
      for (const [index, value] of trials.entries()) {
        table.set(place, index + 1, [
          value === null
            ? { id: 'equals', value, passed: null, notApplicable: true }
            : { id: 'equals', value, passed: true },
        ]);
      }
    }
    const rule = gateRule({ stat: 'pass^2', threshold: 1, decide: 'point' });
    const [result] = judgeGates([rule], columnOf(table, { suite }));
    expect(result).toMatchObject({ verdict: 'pass', n: 4, notApplicable: 2 });
  });

  it('never changes what the others say', () => {
    const verdicts = fc.record({
      values: fc.array(fc.constantFrom(0, 1), { minLength: 1, maxLength: 40 }),
      others: fc.integer({ min: 0, max: 40 }),
      decide: fc.constantFrom('estimate' as const, 'proof' as const, 'point' as const),
    });
    fc.assert(
      fc.property(verdicts, ({ values, others, decide }) => {
        const alone = judge({ decide }, tableOf(values));
        const mixed = judge({ decide, applies: 0 }, tableOf([...values, ...leftOut(others)]));
        expect([mixed.verdict, mixed.actual, mixed.interval]).toEqual([alone.verdict, alone.actual, alone.interval]);
      }),
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
        fc.constantFrom('mean', 'rate', 'min', 'max', 'p95', 'sum', 'corpus'),
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
    const tokens = metricEntry({ id: 'tokens', unit: 'tokens', mark: null });
    const rule = { metric: 'tokens', stat: 'mean', unit: 'tokens', threshold: 0.7 } as const;
    const { interval } = judge(rule, tableOf(values, { entry: tokens }));
    // The long tail is on the left: the right end is t's, the left one allows for the skewness
    expect(interval?.high).toBeCloseTo(0.725 + 1.8331129326536335 * 0.13149778198382917, 9);
    expect(interval?.low).toBeLessThan(0.725 - 1.8331129326536335 * 0.13149778198382917);
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

describe('a corpus', () => {
  const entry = metricEntry({ id: 'ratio', mark: null, corpus: ([top = 0, bottom = 0]) => top / bottom });
  /** A table of cases with trials, each a pair of counts; null leaves it missing. */
  const corpusOf = (cases: readonly (readonly (readonly [number, number] | null)[])[]) => {
    const table = new ScoreTable(suiteOf(cases.length, { metrics: [entry], trials: cases[0]?.length ?? 1 }));
    for (const [index, trials] of cases.entries()) {
      for (const [trial, counts] of trials.entries()) {
        if (!counts) continue;
        const score = { id: 'ratio', value: counts[0] / counts[1], passed: null, statistics: [...counts] };
        table.set(index, trial + 1, [score]);
      }
    }
    return table;
  };
  const rule = { metric: 'ratio', stat: 'corpus', threshold: 0.5 } as const;

  it('is the value of the sums, not the mean of the values', () => {
    const table = corpusOf([[[1, 1]], [[10, 40]]]);
    expect(judge(rule, table).actual).toBeCloseTo(11 / 41, 12);
    expect(judge({ ...rule, stat: 'mean' }, table).actual).toBeCloseTo(0.625, 12);
  });

  it('has the bounds of resampled cases, the same each time', () => {
    const cases = Array.from({ length: 60 }, (_, index): [number, number][] => [[index % 5, 4]]);
    const result = judge(rule, corpusOf(cases));
    // the counts have variance 2 around 2, so the ratio has the standard error sqrt(2 / 60) / 4 = 0.0456
    expect(result.interval?.low).toBeCloseTo(0.5 - 1.645 * 0.0456, 2);
    expect(result.interval?.high).toBeCloseTo(0.5 + 1.645 * 0.0456, 2);
    expect(result.interval?.method).toBe('percentile bootstrap, 1999 resamples');
    expect(judge(rule, corpusOf(cases))).toEqual(result);
    expect(judge({ ...rule, threshold: 0.55 }, corpusOf(cases)).verdict).toBe('inconclusive');
    expect(judge({ ...rule, threshold: 0.6 }, corpusOf(cases)).verdict).toBe('fail');
    expect(judge({ ...rule, threshold: 0.4, decide: 'proof' }, corpusOf(cases)).verdict).toBe('pass');
  });

  it('draws a case with all its trials: more trials of the same are no more proof', () => {
    const once = Array.from({ length: 20 }, (_, index): [number, number][] => [[index % 5, 4]]);
    const thrice = once.map(([counts]) => Array<[number, number]>(3).fill(counts ?? [0, 1]));
    expect(judge(rule, corpusOf(thrice)).interval).toEqual(judge(rule, corpusOf(once)).interval);
  });

  it('without spread or of one case proves nothing', () => {
    const equal = corpusOf(Array.from({ length: 10 }, (): [number, number][] => [[4, 4]]));
    expect(judge({ ...rule, decide: 'proof' }, equal)).toMatchObject({ verdict: 'inconclusive', interval: null });
    expect(judge({ ...rule, decide: 'proof' }, corpusOf([[[4, 4]]]))).toMatchObject({ verdict: 'inconclusive' });
    expect(judge(rule, equal).verdict).toBe('pass');
  });

  it('with a missing score is an error, also when nothing could save it', () => {
    expect(judge(rule, corpusOf([[[4, 4]], [null]]))).toMatchObject({ verdict: 'error', missing: 1, blocks: true });
    expect(judge(rule, corpusOf([[[0, 4]], [null]]))).toMatchObject({ verdict: 'error' });
    expect(judge(rule, corpusOf([[[0, 0]], [[0, 0]]]))).toMatchObject({ verdict: 'error', actual: null });
  });
});

describe('a level or a policy', () => {
  const failing = tableOf(zeros(30));
  it('warn does not block', () => {
    expect(judge({ level: 'warn' }, failing)).toMatchObject({ verdict: 'fail', blocks: false, warns: true });
    expect(judge({ level: 'warn', onInconclusive: 'pass' }, failing)).toMatchObject({ verdict: 'fail', warns: true });
  });

  it.each([
    ['fail', 'error', true, false],
    ['fail', 'warn', false, true],
    ['warn', 'error', false, true],
    ['pass', 'error', false, false],
    ['pass', 'warn', false, false],
  ] as const)('onInconclusive %s at level %s: blocks %s, warns %s', (onInconclusive, level, blocks, warns) => {
    const table = tableOf([...ones(26), ...zeros(4)]);
    expect(judge({ onInconclusive, level }, table)).toMatchObject({ verdict: 'inconclusive', blocks, warns });
  });

  it('a pass is no warning', () => {
    expect(judge({ level: 'warn', onInconclusive: 'warn' }, tableOf(ones(30)))).toMatchObject({
      verdict: 'pass',
      blocks: false,
      warns: false,
    });
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

describe('an interval stays in the range of its unit', () => {
  it.each([
    ['fraction', 'mean', [1, 1, 1, 1], { high: 1 }],
    ['fraction', 'mean', [0, 0, 0, 0], { low: 0 }],
    ['fraction', 'sum', [1, 1, 1, 1], { high: 4 }],
    ['ms', 'mean', [1, 1, 400, 1], { low: 0 }],
    ['usd', 'sum', [0, 0, 0.01, 0], { low: 0 }],
  ] as const)('%s %s of %j', (unit, stat, values, end) => {
    const entry = metricEntry({ id: 'm', unit, mark: null });
    const rule = { metric: 'm', unit, stat, bound: 'min', threshold: 0 } as const;
    const { interval, actual } = judge(rule, tableOf(values, { entry }));
    expect(interval).toMatchObject(end);
    expect(interval?.low).toBeLessThanOrEqual(actual ?? Number.NaN);
    expect(interval?.high).toBeGreaterThanOrEqual(actual ?? Number.NaN);
    expect(interval?.low).not.toBe(interval?.high);
  });

  it('not where there is none: plain numbers, and fractions that are none', () => {
    const low = (unit: 'number' | 'fraction', values: readonly number[]) => {
      const entry = metricEntry({ id: 'm', unit, mark: null });
      return judge({ metric: 'm', unit, stat: 'mean', threshold: 0 }, tableOf(values, { entry })).interval;
    };
    expect(low('number', [1, 1, 400, 1])?.low).toBeLessThan(0);
    expect(low('fraction', [0.2, 1.5, 0.9, 1.4])?.high).toBeGreaterThan(1);
  });
});

it('a bound of 95 % is read off an interval of 90 %', () => {
  expect(judge({}, tableOf([...ones(20), ...zeros(10)])).interval?.confidence).toBe(0.9);
});
