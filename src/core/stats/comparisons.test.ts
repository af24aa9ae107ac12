import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clusteredInterval, clusteredStandardError, groupByCluster } from './clusters.js';
import { pearson, spearman } from './correlation.js';
import { mcnemar } from './mcnemar.js';
import { mean, standardError } from './mean.js';
import { pairedDifference } from './paired.js';
import { midranks } from './ranks.js';
import { signFlipTest } from './sign-flip.js';

const small = fc.integer({ min: 0, max: 60 });
const scores = fc.array(fc.integer({ min: -8, max: 8 }), { minLength: 2, maxLength: 12 });

describe('clusters', () => {
  test('of one value each give the ordinary standard error', () => {
    fc.assert(
      fc.property(scores, (values) => {
        const names = values.map((_, index) => `case ${index}`);
        expect(clusteredStandardError(values, names)).toBeCloseTo(standardError(values) ?? Number.NaN, 12);
      }),
    );
  });

  test('of identical trials make further trials worthless', () => {
    const once = clusteredStandardError([1, 0, 1, 1], ['a', 'b', 'c', 'd']);
    const thrice = clusteredStandardError(
      [1, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1, 1],
      ['a', 'a', 'a', 'b', 'b', 'b', 'c', 'c', 'c', 'd', 'd', 'd'],
    );
    expect(thrice).toBeCloseTo(once ?? Number.NaN, 14);
  });

  test('do not depend on the order of the rows', () => {
    expect(clusteredStandardError([1, 0, 0.5, 0.2], ['a', 'a', 'b', 'c'])).toBeCloseTo(
      clusteredStandardError([0.2, 0.5, 0, 1], ['c', 'b', 'a', 'a']) ?? Number.NaN,
      14,
    );
  });

  test('have no answer below two, and no spread when all values are equal', () => {
    expect(clusteredStandardError([], [])).toBeNull();
    expect(clusteredStandardError([1, 0], ['a', 'a'])).toBeNull();
    expect(clusteredInterval([1, 0], ['a', 'a'], 0.95)).toBeNull();
    expect(clusteredInterval([0.1, 0.1, 0.1], ['a', 'a', 'b'], 0.95)).toMatchObject({ low: 0.1, high: 0.1 });
    expect(() => clusteredStandardError([1], [])).toThrow(RangeError);
  });

  test('keep their order of appearance', () => {
    expect(groupByCluster([1, 2, 3], ['b', 'a', 'b'])).toEqual([[1, 3], [2]]);
  });
});

describe('paired differences', () => {
  test('have no answer below two pairs, and are no evidence when nothing differs', () => {
    expect(pairedDifference([1], [0])).toBeNull();
    expect(pairedDifference([1, 0, 0.3], [1, 0, 0.3])).toMatchObject({ t: 0, pTwoSided: 1, pGreater: 0.5 });
  });

  test('that are all the same have an infinite t', () => {
    expect(pairedDifference([2, 3], [1, 2])).toMatchObject({ t: Infinity, pTwoSided: 0, pGreater: 0, pLess: 1 });
  });

  test('change their sign with their sides', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(small, small), { minLength: 2, maxLength: 20 }), (pairs) => {
        const a = pairs.map(([x]) => x);
        const b = pairs.map(([, y]) => y);
        const forth = pairedDifference(a, b);
        const back = pairedDifference(b, a);
        expect(back?.difference).toBeCloseTo(-(forth?.difference ?? Number.NaN), 12);
        expect(back?.pLess).toBeCloseTo(forth?.pGreater ?? Number.NaN, 12);
        expect(back?.pTwoSided).toBeCloseTo(forth?.pTwoSided ?? Number.NaN, 12);
      }),
    );
  });

  test('throw for bad input', () => {
    expect(() => pairedDifference([1, 2], [1])).toThrow(RangeError);
    expect(() => pairedDifference([1, Number.NaN], [1, 2])).toThrow(RangeError);
  });
});

describe('signFlipTest', () => {
  test('is exact for few differences, and finds nothing in none', () => {
    expect(signFlipTest([], { seed: 1 })).toMatchObject({ method: 'exact', pTwoSided: 1, pGreater: 1, pLess: 1 });
    expect(signFlipTest([0, 0, 0], { seed: 1 })).toMatchObject({ patterns: 1, pTwoSided: 1 });
    expect(signFlipTest([1, 1, 1, 1, 1], { seed: 1 })).toMatchObject({ patterns: 32, pGreater: 1 / 32, pLess: 1 });
    expect(signFlipTest([0.1, 0.2, -0.3], { seed: 1 }).pTwoSided).toBe(1);
  });

  test('flips clusters together', () => {
    const test = signFlipTest([1, 1, 1, 1], { seed: 1, clusters: ['a', 'a', 'b', 'b'] });
    expect(test).toMatchObject({ patterns: 4, pGreater: 1 / 4, pTwoSided: 1 / 2 });
  });

  test('agrees with a plain enumeration', () => {
    fc.assert(
      fc.property(scores, (values) => {
        const observed = values.reduce((total, value) => total + value, 0);
        let above = 0;
        for (let pattern = 0; pattern < 2 ** values.length; pattern += 1) {
          let total = 0;
          values.forEach((value, index) => {
            total += ((pattern >> index) & 1) === 0 ? value : -value;
          });
          if (total >= observed) above += 1;
        }
        expect(signFlipTest(values, { seed: 1 }).pGreater).toBeCloseTo(above / 2 ** values.length, 12);
      }),
      { numRuns: 30 },
    );
  });

  test('is repeatable and near the exact answer when it draws', () => {
    const values = Array.from({ length: 19 }, (_, index) => (index % 7) - 2.2);
    const first = signFlipTest(values, { seed: 'a' });
    expect(first).toMatchObject({ method: 'Monte Carlo', patterns: 9_999 });
    expect(signFlipTest([...values].reverse(), { seed: 'a' })).toEqual(first);
    const exact = signFlipTest(values.slice(0, 18), { seed: 1 });
    expect(exact.method).toBe('exact');
    const padded = signFlipTest([...values.slice(0, 18), 1e-9], { seed: 1 });
    expect(padded.method).toBe('Monte Carlo');
    expect(Math.abs(padded.pGreater - exact.pGreater)).toBeLessThan(0.02);
  });

  test('bounds its work on large input', () => {
    const values = Array.from({ length: 100_000 }, (_, index) => ((index * 7919) % 1000) / 1000 - 0.49);
    expect(signFlipTest(values, { seed: 1 }).patterns).toBe(1_601);
  });
});

describe('mcnemar', () => {
  test('finds nothing without discordant pairs', () => {
    expect(mcnemar(0, 0)).toBe(1);
  });

  test('does not depend on which side is first', () => {
    fc.assert(
      fc.property(small, small, (b, c) => {
        expect(mcnemar(c, b)).toBe(mcnemar(b, c));
      }),
    );
  });

  test('throws for what is no count', () => {
    expect(() => mcnemar(-1, 2)).toThrow(RangeError);
    expect(() => mcnemar(1.5, 2)).toThrow(RangeError);
  });
});

describe('correlations', () => {
  test('agree with scipy on ties', () => {
    const x = [1, 2, 2, 3, 5, 5, 5, 8];
    const y = [3, 1, 4, 4, 4, 9, 2, 7];
    expect(pearson(x, y)).toBeCloseTo(0.579427260356814, 12);
    expect(spearman(x, y)).toBeCloseTo(0.5534700659692905, 12);
  });

  test('do not exist for constants and single pairs', () => {
    for (const correlate of [pearson, spearman]) {
      expect(correlate([], [])).toBeNull();
      expect(correlate([1], [2])).toBeNull();
      expect(correlate([0.1, 0.1, 0.1], [1, 2, 3])).toBeNull();
      expect(correlate([1, 2, 3], [5, 5, 5])).toBeNull();
      expect(() => correlate([1, 2], [1])).toThrow(RangeError);
      expect(() => correlate([1, Number.NaN], [1, 2])).toThrow(RangeError);
    }
  });

  test('midranks share ranks among equal values', () => {
    expect(midranks([30, 10, 30, 20])).toEqual([3.5, 1, 3.5, 2]);
    expect(mean(midranks([5, 5, 5]))).toBe(2);
  });
});
