import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cohensKappa } from './agreement.js';
import { adjustByHolm } from './holm.js';
import { roganGladen } from './judge-correction.js';
import { averageOverCases, passAtK, passHatK } from './pass-at-k.js';
import { pairedTPower } from './power.js';

describe('adjustByHolm', () => {
  const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });

  test('keeps order, never lowers p, raises it no more than Bonferroni, and leaves one test alone', () => {
    expect(adjustByHolm([])).toEqual([]);
    expect(adjustByHolm([0.3])).toEqual([0.3]);
    fc.assert(
      fc.property(pValues, (p) => {
        const adjusted = adjustByHolm(p);
        p.forEach((value, index) => {
          expect(adjusted[index]).toBeGreaterThanOrEqual(value);
          expect(adjusted[index]).toBeLessThanOrEqual(Math.min(1, value * p.length));
          p.forEach((other, place) => {
            if (value <= other) expect(adjusted[index]).toBeLessThanOrEqual(adjusted[place] ?? Number.NaN);
          });
        });
        expect(adjustByHolm([...p].reverse()).reverse()).toEqual(adjusted);
      }),
    );
  });

  test('throws for what is no p value', () => {
    expect(() => adjustByHolm([0.1, Number.NaN])).toThrow(RangeError);
    expect(() => adjustByHolm([1.1])).toThrow(RangeError);
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
  });

  test('throws for a malformed table', () => {
    expect(() => cohensKappa([[1, 2]])).toThrow(RangeError);
    expect(() => cohensKappa([[1.5]])).toThrow(RangeError);
  });
});

describe('power', () => {
  test('is the false alarm rate without an effect, and grows with effect and size', () => {
    expect(pairedTPower(20, 0, 0.05, 2)).toBeCloseTo(0.05, 10);
    expect(pairedTPower(40, 0.3, 0.05, 1)).toBeGreaterThan(pairedTPower(20, 0.3, 0.05, 1));
    expect(pairedTPower(20, 0.4, 0.05, 1)).toBeGreaterThan(pairedTPower(20, 0.3, 0.05, 1));
  });

  test('throws for bad arguments', () => {
    expect(() => pairedTPower(1, 0.3, 0.05, 1)).toThrow(RangeError);
    expect(() => pairedTPower(20, 0.3, 1, 1)).toThrow(RangeError);
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
});
