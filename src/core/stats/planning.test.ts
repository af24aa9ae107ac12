import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cohensKappa, fleissKappa } from './agreement.js';
import { predictionPoweredMean, roganGladen } from './judge-correction.js';
import { tInterval } from './mean.js';
import { adjust, type Correction, findRejections } from './multiple-testing.js';
import { averageOverCases, passAtK, passHatK } from './pass-at-k.js';
import {
  normalPower,
  pairedCasesNeeded,
  pairedDetectableEffect,
  pairedTCasesNeeded,
  pairedTDetectableEffect,
  pairedTPower,
  proportionsGroupSizeNeeded,
} from './power.js';

describe('adjust', () => {
  const corrections: readonly Correction[] = [
    'bonferroni',
    'holm',
    'hochberg',
    'hommel',
    'benjamini-hochberg',
    'benjamini-yekutieli',
  ];
  const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });

  test.each(corrections)('%s keeps order, never lowers p, and leaves one test alone', (correction) => {
    expect(adjust([], correction)).toEqual([]);
    expect(adjust([0.3], correction)).toEqual([0.3]);
    fc.assert(
      fc.property(pValues, (p) => {
        const adjusted = adjust(p, correction);
        p.forEach((value, index) => {
          expect(adjusted[index]).toBeGreaterThanOrEqual(value);
          expect(adjusted[index]).toBeLessThanOrEqual(1);
          p.forEach((other, place) => {
            if (value <= other) expect(adjusted[index]).toBeLessThanOrEqual(adjusted[place] ?? Number.NaN);
          });
        });
        expect(adjust([...p].reverse(), correction).reverse()).toEqual(adjusted);
      }),
    );
  });

  test('is the less strict the more it assumes', () => {
    fc.assert(
      fc.property(pValues, (p) => {
        const [bonferroni, holm, hochberg, hommel] = corrections.map((correction) => adjust(p, correction));
        p.forEach((_, index) => {
          const slack = 1e-12;
          expect(holm?.[index]).toBeLessThanOrEqual((bonferroni?.[index] ?? 0) + slack);
          expect(hochberg?.[index]).toBeLessThanOrEqual((holm?.[index] ?? 0) + slack);
          expect(hommel?.[index]).toBeLessThanOrEqual((hochberg?.[index] ?? 0) + slack);
        });
      }),
    );
  });

  test('hommel is the closed test of Simes', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 7 }), (p) => {
        const closed = p.map(() => 0);
        for (let set = 1; set < 2 ** p.length; set += 1) {
          const members = p.map((_, index) => index).filter((index) => ((set >> index) & 1) === 1);
          const sorted = members.map((index) => p[index] ?? 1).sort((a, b) => a - b);
          const simes = Math.min(...sorted.map((value, rank) => (value * sorted.length) / (rank + 1)));
          for (const index of members) closed[index] = Math.max(closed[index] ?? 0, simes);
        }
        adjust(p, 'hommel').forEach((value, index) => {
          expect(value).toBeCloseTo(Math.min(1, closed[index] ?? Number.NaN), 12);
        });
      }),
    );
  });

  test('throws for what is no p value', () => {
    expect(() => adjust([0.1, Number.NaN], 'holm')).toThrow(RangeError);
    expect(() => adjust([1.1], 'holm')).toThrow(RangeError);
    expect(() => findRejections([0.1], 0, 'holm')).toThrow(RangeError);
  });
});

describe('pass@k and pass^k', () => {
  test('do not exist with fewer than k trials', () => {
    expect(passAtK(2, 1, 3)).toBeNull();
    expect(passHatK(0, 0, 1)).toBeNull();
    expect(averageOverCases([], 1, passAtK)).toBeNull();
    expect(
      averageOverCases(
        [
          { trials: 4, passed: 2 },
          { trials: 1, passed: 1 },
        ],
        2,
        passHatK,
      ),
    ).toBeNull();
  });

  test('are mirrored, and agree for k = 1', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.nat(60), fc.integer({ min: 1, max: 60 }), (n, c, k) => {
        fc.pre(c <= n && k <= n);
        expect(passAtK(n, c, k)).toBeCloseTo(1 - (passHatK(n, n - c, k) ?? Number.NaN), 12);
        expect(passAtK(n, c, 1)).toBeCloseTo(c / n, 12);
        expect(passHatK(n, c, k)).toBeLessThanOrEqual(c / n + 1e-12);
      }),
    );
  });

  test('are averaged over cases', () => {
    const cases = [
      { trials: 4, passed: 4 },
      { trials: 4, passed: 2 },
      { trials: 4, passed: 0 },
    ];
    expect(averageOverCases(cases, 2, passHatK)).toBeCloseTo((1 + 1 / 6 + 0) / 3, 12);
    expect(averageOverCases(cases, 2, passAtK)).toBeCloseTo((1 + 5 / 6 + 0) / 3, 12);
  });

  test('throw for impossible counts', () => {
    expect(() => passAtK(2, 3, 1)).toThrow(RangeError);
    expect(() => passHatK(2, 1, 0)).toThrow(RangeError);
  });
});

describe('kappa', () => {
  test('is null when chance alone agrees always', () => {
    expect(cohensKappa([])).toBeNull();
    expect(cohensKappa([[0]])).toBeNull();
    expect(
      cohensKappa([
        [7, 0],
        [0, 0],
      ]),
    ).toEqual({ kappa: null, observed: 1, expected: 1 });
    expect(fleissKappa([])).toBeNull();
    expect(
      fleissKappa([
        [3, 0],
        [3, 0],
      ])?.kappa,
    ).toBeNull();
  });

  test('is 1 for full and 0 for chance agreement', () => {
    expect(
      cohensKappa([
        [5, 0],
        [0, 7],
      ])?.kappa,
    ).toBe(1);
    expect(
      cohensKappa(
        [
          [4, 4],
          [4, 4],
        ],
        'quadratic',
      )?.kappa,
    ).toBeCloseTo(0, 12);
    expect(
      fleissKappa([
        [2, 0],
        [0, 2],
      ])?.kappa,
    ).toBe(1);
  });

  test('throws for a malformed table', () => {
    expect(() => cohensKappa([[1, 2]])).toThrow(RangeError);
    expect(() => cohensKappa([[1.5]])).toThrow(RangeError);
    expect(() =>
      fleissKappa([
        [1, 1],
        [3, 0],
      ]),
    ).toThrow(RangeError);
    expect(() => fleissKappa([[1], [1]])).toThrow(RangeError);
  });
});

describe('power', () => {
  const goal = { alpha: 0.05, power: 0.8, sides: 1 } as const;

  test('is the false alarm rate without an effect, and grows with effect and size', () => {
    expect(normalPower(0, 1, 0.05, 1)).toBeCloseTo(0.05, 12);
    expect(normalPower(0, 1, 0.05, 2)).toBeCloseTo(0.05, 12);
    expect(pairedTPower(20, 0, 0.05, 2)).toBeCloseTo(0.05, 10);
    expect(pairedTPower(40, 0.3, 0.05, 1)).toBeGreaterThan(pairedTPower(20, 0.3, 0.05, 1));
    expect(pairedTPower(20, 0.4, 0.05, 1)).toBeGreaterThan(pairedTPower(20, 0.3, 0.05, 1));
  });

  test('is inverted by sizes and effects', () => {
    const noise = { caseVariance: 0.1, trialVariances: [0.2, 0.1], trials: [3, 1] } as const;
    const cases = pairedCasesNeeded(0.05, noise, goal);
    expect(pairedDetectableEffect(cases, noise, goal)).toBeCloseTo(0.05, 12);
    const error = Math.sqrt((0.1 + 0.2 / 3 + 0.1) / cases);
    expect(normalPower(0.05, error, 0.05, 1)).toBeCloseTo(0.8, 12);
    for (const d of [0.05, 0.3, 2]) {
      const n = pairedTCasesNeeded(d, goal) ?? Number.NaN;
      expect(pairedTPower(n, d, 0.05, 1)).toBeCloseTo(0.8, 9);
      expect(pairedTDetectableEffect(n, goal)).toBeCloseTo(d, 9);
    }
  });

  test('has no size for no effect, and no noise needs no cases', () => {
    expect(pairedTCasesNeeded(0, goal)).toBeNull();
    expect(proportionsGroupSizeNeeded(0.5, 0.5, goal)).toBeNull();
    expect(pairedCasesNeeded(0.1, { caseVariance: 0, trialVariances: [0, 0], trials: [1, 1] }, goal)).toBe(0);
    expect(pairedTCasesNeeded(1000, goal)).toBe(2);
  });

  test('throws for bad arguments', () => {
    const noise = { caseVariance: -1, trialVariances: [0, 0], trials: [1, 1] } as const;
    expect(() => pairedCasesNeeded(0.1, noise, goal)).toThrow(RangeError);
    expect(() => pairedCasesNeeded(0, { ...noise, caseVariance: 1 }, goal)).toThrow(RangeError);
    expect(() => pairedTPower(1, 0.3, 0.05, 1)).toThrow(RangeError);
    expect(() => pairedTCasesNeeded(0.3, { ...goal, power: 1 })).toThrow(RangeError);
  });
});

describe('judge correction', () => {
  const judged = { passRate: 0.8, n: 100, specificity: 0.9, negatives: 50, sensitivity: 0.9, positives: 50 };

  test('undoes the errors of the judge', () => {
    expect(roganGladen(judged, 0.95)?.estimate).toBeCloseTo(0.875, 12);
    expect(roganGladen({ ...judged, specificity: 1, sensitivity: 1 }, 0.95)?.estimate).toBeCloseTo(0.8, 12);
  });

  test('refuses a judge that is no better than chance, and empty counts', () => {
    expect(roganGladen({ ...judged, specificity: 0.5, sensitivity: 0.5 }, 0.95)).toBeNull();
    expect(roganGladen({ ...judged, n: 0 }, 0.95)).toBeNull();
    expect(roganGladen({ ...judged, negatives: 0 }, 0.95)).toBeNull();
    expect(() => roganGladen({ ...judged, passRate: 1.2 }, 0.95)).toThrow(RangeError);
  });

  test('of a mean: trust 0 leaves the labels, a perfect judge leaves its scores', () => {
    const labels = [1, 0, 1, 1, 0, 1];
    const trusting = predictionPoweredMean(labels, labels, [1, 0, 1, 0], 0.95);
    expect(trusting?.estimate).toBe(0.5);
    const distrusting = predictionPoweredMean(labels, [0, 0, 1, 0, 1, 1], [1, 0, 1, 0], 0.95, 0);
    expect(distrusting?.estimate).toBeCloseTo(4 / 6, 12);
    expect(distrusting?.interval.low).toBeGreaterThan(tInterval(labels, 0.95)?.low ?? Number.NaN);
  });

  test('of a mean does not exist below two values of either kind', () => {
    expect(predictionPoweredMean([], [], [1, 0], 0.95)).toBeNull();
    expect(predictionPoweredMean([1], [1], [1, 0], 0.95)).toBeNull();
    expect(predictionPoweredMean([1, 0], [1, 1], [1], 0.95)).toBeNull();
    expect(() => predictionPoweredMean([1, 0], [1], [1, 1], 0.95)).toThrow(RangeError);
  });
});
