import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { draws } from '../../../test/helpers/simulate.js';
import { clusterCorrelation, clusteredInterval } from './clusters.js';
import { mean, tInterval } from './mean.js';
import { type Bounded, boundDifference, boundRatio } from './mover.js';
import { pairedInterval } from './paired.js';
import { signFlipInterval, signFlipTest } from './sign-flip.js';
import { skewInterval } from './skewness.js';
import { studentQuantile } from './student-t.js';

const apart = (n: number) => draws(n, (index) => index);
const numbers = fc.array(fc.tuple(fc.integer({ min: 10, max: 99 }), fc.integer({ min: 10, max: 99 })), {
  minLength: 3,
  maxLength: 17,
});
const side = (values: readonly number[]): Bounded => ({
  ...(clusteredInterval(values, apart(values.length), 0.9) ?? { low: Number.NaN, high: Number.NaN }),
  estimate: mean(values) ?? Number.NaN,
});

describe('square and add', () => {
  it('of t bounds is the paired t interval', () => {
    fc.assert(
      fc.property(numbers, (rows) => {
        const [a, b] = [rows.map(([x]) => x), rows.map(([, y]) => y)];
        const correlation = clusterCorrelation(a, b, apart(a.length));
        const { low, high } = boundDifference(side(a), side(b), correlation);
        const paired = pairedInterval(a, b, 0.9);
        expect(low).toBeCloseTo(paired?.low ?? Number.NaN, 5);
        expect(high).toBeCloseTo(paired?.high ?? Number.NaN, 5);
      }),
    );
  });
});

describe('a ratio', () => {
  it('lies at its ends where the t test of first - r second just does not reject (Fieller)', () => {
    fc.assert(
      fc.property(numbers, (rows) => {
        const [a, b] = [rows.map(([x]) => x), rows.map(([, y]) => y)];
        const { low, high, estimate } = boundRatio(side(a), side(b), clusterCorrelation(a, b, apart(a.length)));
        expect(low).toBeLessThanOrEqual(estimate + 1e-9);
        expect(high).toBeGreaterThanOrEqual(estimate - 1e-9);
        const limit = studentQuantile(0.95, a.length - 1);
        for (const ratio of [low, high].filter(Number.isFinite)) {
          const rests = a.map((value, index) => value - ratio * (b[index] ?? Number.NaN));
          const centre = mean(rests) ?? Number.NaN;
          const spread = rests.reduce((sum, x) => sum + (x - centre) ** 2, 0) / (a.length - 1) / a.length;
          if (spread > 1e-9) expect(Math.abs(centre) / Math.sqrt(spread)).toBeCloseTo(limit, 3);
        }
      }),
    );
  });

  it('has no ends when the second may be 0', () => {
    const one = { estimate: 3, low: 2, high: 4 };
    expect(boundRatio(one, { estimate: 1, low: -0.5, high: 2.5 }, 0)).toMatchObject({
      low: Number.NEGATIVE_INFINITY,
      high: Number.POSITIVE_INFINITY,
    });
  });
});

describe('t, widened for skewness', () => {
  it('is t for symmetric values, and never narrower', () => {
    const symmetric = [-3, -1, 0, 1, 3];
    expect(skewInterval(symmetric, apart(5), 0.9)).toEqual(tInterval(symmetric, 0.9));
    fc.assert(
      fc.property(numbers, (rows) => {
        const values = rows.map(([x]) => x);
        const [one, t] = [skewInterval(values, apart(values.length), 0.9), side(values)];
        expect(one?.low ?? 0).toBeLessThanOrEqual(t.low + 1e-9);
        expect(one?.high ?? 0).toBeGreaterThanOrEqual(t.high - 1e-9);
      }),
    );
  });

  it('is mirrored by mirrored values', () => {
    const values = [1, 1.2, 0.8, 1.1, 6];
    const one = skewInterval(values, apart(5), 0.9);
    const other = skewInterval(
      values.map((value) => -value),
      apart(5),
      0.9,
    );
    expect(other?.low).toBeCloseTo(-(one?.high ?? 9), 9);
    expect(other?.high).toBeCloseTo(-(one?.low ?? 9), 9);
  });

  it('of no value or one cluster does not exist; of equal values has no width', () => {
    expect(skewInterval([], [], 0.9)).toBeNull();
    expect(skewInterval([1, 2], ['a', 'a'], 0.9)).toBeNull();
    expect(skewInterval([2, 2, 2], apart(3), 0.9)).toMatchObject({ low: 2, high: 2 });
    expect(skewInterval([1, 3], apart(2), 0.9)?.low).toBeLessThan(1);
  });
});

describe('the sign-flip interval', () => {
  it('holds the shifts that the exact test does not reject', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 5, maxLength: 9 }), (differences) => {
        const interval = signFlipInterval(differences, 0.9);
        const p = (shift: number) =>
          signFlipTest(
            differences.map((value) => value - shift),
            { seed: 1 },
          );
        const { low = 0, high = 0 } = interval ?? {};
        expect(low).toBeLessThanOrEqual(mean(differences) ?? 0);
        expect(high).toBeGreaterThanOrEqual(mean(differences) ?? 0);
        if (!(low < high)) return;
        if (Number.isFinite(low)) expect(p(low - 0.01).pGreater).toBeLessThanOrEqual(0.05);
        if (Number.isFinite(high)) expect(p(high + 0.01).pLess).toBeLessThanOrEqual(0.05);
        expect(p(low + 0.01).pGreater).toBeGreaterThan(0.05);
        expect(p(high - 0.01).pLess).toBeGreaterThan(0.05);
      }),
    );
  });

  it('has no ends below five differences, is null for none, and an error beyond eighteen', () => {
    expect(signFlipInterval([0.1, 0.2, 0.3, 0.4], 0.9)).toMatchObject({
      low: Number.NEGATIVE_INFINITY,
      high: Number.POSITIVE_INFINITY,
    });
    expect(signFlipInterval([], 0.9)).toBeNull();
    expect(signFlipInterval([0.1, 0.1, 0.1, 0.1, 0.1], 0.9)).toMatchObject({ low: 0.1, high: 0.1 });
    expect(() =>
      signFlipInterval(
        draws(19, (index) => index),
        0.9,
      ),
    ).toThrow(RangeError);
  });
});
