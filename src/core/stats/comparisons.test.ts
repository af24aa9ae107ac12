import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { binomialTest } from './binomial-test.js';
import { clusteredInterval, clusteredStandardError, groupByCluster } from './clusters.js';
import { kendallTauB, pearson, spearman } from './correlation.js';
import { fisherExact } from './fisher.js';
import { mcnemar } from './mcnemar.js';
import { mean, standardError } from './mean.js';
import { newcombeIndependent, newcombePaired, newcombePairedLowerBound } from './newcombe.js';
import { pairedDifference, pairedInterval, testNonInferiority } from './paired.js';
import { midranks } from './ranks.js';
import { signFlipTest } from './sign-flip.js';
import { wilcoxonSignedRank } from './wilcoxon.js';

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
    expect(pairedInterval([1], [0], 0.95)).toBeNull();
    expect(testNonInferiority([], [], 0.1, 0.95)).toBeNull();
    expect(pairedDifference([1, 0, 0.3], [1, 0, 0.3])).toMatchObject({ t: 0, pTwoSided: 1, pGreater: 0.5 });
  });

  test('that are all the same have an infinite t', () => {
    expect(pairedDifference([2, 3], [1, 2])).toMatchObject({ t: Infinity, pTwoSided: 0, pGreater: 0, pLess: 1 });
    expect(testNonInferiority([1, 1], [1, 1], 0.1, 0.95)).toEqual({ t: Infinity, p: 0, low: 0 });
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

  test('decide alike by p value and by bound', () => {
    const a = [0.9, 0.8, 1, 0.4, 0.7, 0.6];
    const b = [0.8, 0.9, 0.9, 0.5, 0.6, 0.6];
    for (const margin of [0, 0.02, 0.05, 0.1]) {
      const result = testNonInferiority(a, b, margin, 0.95);
      expect((result?.p ?? 1) < 0.05).toBe((result?.low ?? -1) > -margin);
    }
  });

  test('throw for bad input', () => {
    expect(() => pairedDifference([1, 2], [1])).toThrow(RangeError);
    expect(() => pairedDifference([1, Number.NaN], [1, 2])).toThrow(RangeError);
    expect(() => testNonInferiority([1, 2], [1, 2], -0.1, 0.95)).toThrow(RangeError);
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

describe('wilcoxonSignedRank', () => {
  test('finds nothing without differences, and is exact with ties', () => {
    expect(wilcoxonSignedRank([])).toMatchObject({ n: 0, pTwoSided: 1 });
    expect(wilcoxonSignedRank([0, 0])).toMatchObject({ n: 0, statistic: 0, pTwoSided: 1 });
    expect(wilcoxonSignedRank([2, 2, 2, 2])).toMatchObject({ method: 'exact', statistic: 0, pGreater: 1 / 16 });
    expect(wilcoxonSignedRank([1])).toMatchObject({ pTwoSided: 1, pGreater: 0.5, pLess: 1 });
  });

  test('agrees with scipy on many ties', () => {
    // scipy 1.17, stats.wilcoxon(d, method='asymptotic', correction=False)
    const differences = Array.from({ length: 60 }, (_, index) => (((index * 37) % 61) - 20) / 4);
    const result = wilcoxonSignedRank(differences);
    expect(result).toMatchObject({ n: 59, statistic: 393.5, method: 'normal' });
    expect(result.pTwoSided).toBeCloseTo(0.00020719277993727923, 12);
  });

  test('is the sign-flip test of the signed ranks', () => {
    fc.assert(
      fc.property(scores, (values) => {
        const active = values.filter((value) => value !== 0);
        const signed = midranks(active.map(Math.abs)).map((rank, index) => rank * Math.sign(active[index] ?? 0));
        const flips = signFlipTest(signed, { seed: 1 });
        expect(wilcoxonSignedRank(values).pGreater).toBeCloseTo(flips.pGreater, 12);
      }),
    );
  });
});

describe('mcnemar', () => {
  test('finds nothing without discordant pairs', () => {
    expect(mcnemar(0, 0)).toMatchObject({ exact: 1, midP: 1, exactGreater: 1, chiSquared: { statistic: 0, p: 1 } });
  });

  test('does not depend on which side is first, but for the one-sided p', () => {
    fc.assert(
      fc.property(small, small, (b, c) => {
        const forth = mcnemar(b, c);
        const back = mcnemar(c, b);
        expect(back).toMatchObject({ exact: forth.exact, midP: forth.midP, chiSquared: forth.chiSquared });
        expect(forth.midP).toBeLessThanOrEqual(forth.exact);
        expect(Math.min(1, 2 * Math.min(forth.exactGreater, back.exactGreater))).toBeCloseTo(forth.exact, 12);
        if (b + c > 0) expect(forth.midPGreater + back.midPGreater).toBeCloseTo(1, 12);
      }),
    );
  });

  test('throws for what is no count', () => {
    expect(() => mcnemar(-1, 2)).toThrow(RangeError);
    expect(() => mcnemar(1.5, 2)).toThrow(RangeError);
  });
});

describe('newcombe', () => {
  const tables = fc.record({ both: small, onlyFirst: small, onlySecond: small, neither: small });

  test('does not exist for an empty group', () => {
    expect(newcombeIndependent(0, 0, 1, 2, 0.95)).toBeNull();
    expect(newcombePaired({ both: 0, onlyFirst: 0, onlySecond: 0, neither: 0 }, 0.95)).toBeNull();
    expect(newcombePairedLowerBound({ both: 0, onlyFirst: 0, onlySecond: 0, neither: 0 }, 0.95)).toBeNull();
  });

  test('gives the published paired example', () => {
    // Fagerland, Lydersen and Laake, Statistics in Medicine 33 (2014), airway hyper-responsiveness: -0.507 to -0.026
    const result = newcombePaired({ both: 1, onlyFirst: 1, onlySecond: 7, neither: 12 }, 0.95);
    expect(result?.low).toBeCloseTo(-0.507, 3);
    expect(result?.high).toBeCloseTo(-0.026, 3);
  });

  test('contains the paired difference and is mirrored', () => {
    fc.assert(
      fc.property(tables, (table) => {
        const n = table.both + table.onlyFirst + table.onlySecond + table.neither;
        fc.pre(n > 0);
        const forth = newcombePaired(table, 0.95);
        const back = newcombePaired({ ...table, onlyFirst: table.onlySecond, onlySecond: table.onlyFirst }, 0.95);
        const difference = (table.onlyFirst - table.onlySecond) / n;
        expect(forth?.low).toBeLessThanOrEqual(difference);
        expect(forth?.high).toBeGreaterThanOrEqual(difference);
        expect(forth?.low).toBeCloseTo(-(back?.high ?? Number.NaN), 12);
        expect(newcombePairedLowerBound(table, 0.975)).toBeCloseTo(forth?.low ?? Number.NaN, 12);
      }),
    );
  });

  test('keeps a width when no pair differs', () => {
    for (const table of [
      { both: 20, onlyFirst: 0, onlySecond: 0, neither: 0 },
      { both: 15, onlyFirst: 0, onlySecond: 0, neither: 5 },
    ]) {
      expect(newcombePaired(table, 0.95)?.low).toBeLessThan(-0.01);
    }
  });
});

// scipy 1.17, stats.fisher_exact with each alternative
test.each([
  [[0, 10, 12, 2], 6.730380939561179e-5, 1, 3.3651904697805894e-5],
  [[500, 300, 450, 350], 0.012595209321825314, 0.006297604660912657, 0.9952969738004714],
  [[3, 0, 0, 3], 0.1, 0.05, 1],
  [[0, 0, 3, 4], 1, 1, 1],
  [[0, 0, 0, 0], 1, 1, 1],
  [[5, 0, 7, 0], 1, 1, 1],
] as const)('fisherExact of %j', ([a, b, c, d], twoSided, greater, less) => {
  const result = fisherExact(a, b, c, d);
  expect(result.pTwoSided).toBeCloseTo(twoSided, 10);
  expect(result.pGreater).toBeCloseTo(greater, 10);
  expect(result.pLess).toBeCloseTo(less, 10);
});

// scipy 1.17, stats.binomtest with each alternative
test.each([
  [0, 50, 0.1, 0.008373696343230033, 1, 0.0051537752073201135],
  [94800, 100000, 0.95, 0.003883367031056308, 0.9980933448096565, 0.0019954800696527957],
  [7, 7, 0.5, 0.015625, 0.0078125, 1],
  [3, 12, 0.25, 1, 0.6093249917030334, 0.6487786173820496],
  [5, 8, 1, 0, 1, 0],
  [8, 8, 1, 1, 1, 1],
  [0, 8, 0, 1, 1, 1],
  [0, 0, 0.4, 1, 1, 1],
] as const)('binomialTest of %d of %d against %d', (k, n, rate, twoSided, greater, less) => {
  const result = binomialTest(k, n, rate);
  expect(result.pTwoSided).toBeCloseTo(twoSided, 10);
  expect(result.pGreater).toBeCloseTo(greater, 10);
  expect(result.pLess).toBeCloseTo(less, 10);
});

test('binomialTest is mirrored', () => {
  fc.assert(
    fc.property(small, small, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (k, more, rate) => {
      const n = k + more;
      const forth = binomialTest(k, n, rate);
      const back = binomialTest(n - k, n, 1 - rate);
      expect(back.pTwoSided).toBeCloseTo(forth.pTwoSided, 9);
      expect(back.pLess).toBeCloseTo(forth.pGreater, 9);
    }),
  );
});

describe('correlations', () => {
  test('agree with scipy on ties', () => {
    const x = [1, 2, 2, 3, 5, 5, 5, 8];
    const y = [3, 1, 4, 4, 4, 9, 2, 7];
    expect(pearson(x, y)).toBeCloseTo(0.579427260356814, 12);
    expect(spearman(x, y)).toBeCloseTo(0.5534700659692905, 12);
    expect(kendallTauB(x, y)).toBeCloseTo(0.44907311951024936, 12);
  });

  test('do not exist for constants and single pairs', () => {
    for (const correlate of [pearson, spearman, kendallTauB]) {
      expect(correlate([], [])).toBeNull();
      expect(correlate([1], [2])).toBeNull();
      expect(correlate([0.1, 0.1, 0.1], [1, 2, 3])).toBeNull();
      expect(correlate([1, 2, 3], [5, 5, 5])).toBeNull();
      expect(() => correlate([1, 2], [1])).toThrow(RangeError);
      expect(() => correlate([1, Number.NaN], [1, 2])).toThrow(RangeError);
    }
  });

  test('kendallTauB agrees with counting all pairs', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(small, fc.integer({ min: 0, max: 5 })), { minLength: 2 }), (pairs) => {
        let score = 0;
        let untiedX = 0;
        let untiedY = 0;
        pairs.forEach(([x1, y1], index) => {
          for (const [x2, y2] of pairs.slice(index + 1)) {
            score += Math.sign(x1 - x2) * Math.sign(y1 - y2);
            untiedX += x1 === x2 ? 0 : 1;
            untiedY += y1 === y2 ? 0 : 1;
          }
        });
        const tau = kendallTauB(
          pairs.map(([x]) => x),
          pairs.map(([, y]) => y),
        );
        if (untiedX === 0 || untiedY === 0) expect(tau).toBeNull();
        else expect(tau).toBeCloseTo(score / Math.sqrt(untiedX * untiedY), 12);
      }),
    );
  });

  test('midranks share ranks among equal values', () => {
    expect(midranks([30, 10, 30, 20])).toEqual([3.5, 1, 3.5, 2]);
    expect(mean(midranks([5, 5, 5]))).toBe(2);
  });
});
