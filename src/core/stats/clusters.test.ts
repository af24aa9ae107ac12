import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { draws } from '../../../test/helpers/simulate.js';
import {
  clusterCorrelation,
  clusteredProportion,
  clusteredStandardError,
  effectiveSize,
  stratifiedError,
  stratifiedInterval,
} from './clusters.js';
import { mean } from './mean.js';
import { clopperPearson, exactOfSize, wilson, wilsonOfSize } from './proportion.js';
import { clusteredQuantileBounds, percentile, quantileBounds } from './quantile.js';

const apart = (n: number) => draws(n, (index) => index);

describe('an interval of an effective size', () => {
  it('is the usual one for a whole size', () => {
    const { low, high } = clopperPearson(27, 30, 0.9) ?? { low: 9, high: 9 };
    expect(exactOfSize(0.9, 30, 0.9).low).toBeCloseTo(low, 12);
    expect(exactOfSize(0.9, 30, 0.9).high).toBeCloseTo(high, 12);
    expect(wilsonOfSize(0.9, 30, 0.9).low).toBeCloseTo(wilson(27, 30, 0.9)?.low ?? 9, 12);
  });

  it('encloses the rate, lies in [0, 1] and narrows as the size grows', () => {
    const rate = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(rate, fc.double({ min: 0.5, max: 500, noNaN: true }), (p, size) => {
        const [few, more] = [exactOfSize(p, size, 0.9), exactOfSize(p, 2 * size, 0.9)];
        expect(few.low).toBeGreaterThanOrEqual(0);
        expect(few.high).toBeLessThanOrEqual(1);
        expect(few.low).toBeLessThanOrEqual(p);
        expect(few.high).toBeGreaterThanOrEqual(p);
        expect(more.low).toBeGreaterThanOrEqual(few.low - 1e-9);
        expect(more.high).toBeLessThanOrEqual(few.high + 1e-9);
      }),
    );
  });

  it.each([
    [-0.1, 10],
    [1.1, 10],
    [0.5, 0],
    [0.5, Number.NaN],
  ])('of rate %d and size %d is an error', (rate, size) => {
    expect(() => exactOfSize(rate, size, 0.9)).toThrow(RangeError);
  });
});

describe('the effective size', () => {
  it('of independent values is a little below their number, for t', () => {
    const values = draws(40, (index) => (index % 4 === 0 ? 0 : 1));
    const size = effectiveSize(values, apart(40), 0.9, 40) ?? Number.NaN;
    expect(size).toBeGreaterThan(36);
    expect(size).toBeLessThanOrEqual(40);
  });

  it('of trials that say the same is about the number of cases', () => {
    const values = draws(120, (index) => (Math.floor(index / 3) % 4 === 0 ? 0 : 1));
    const names = draws(120, (index) => Math.floor(index / 3));
    const size = effectiveSize(values, names, 0.9, 120) ?? Number.NaN;
    expect(size).toBeGreaterThan(36);
    expect(size).toBeLessThanOrEqual(40);
  });

  it('is one a cluster without any spread, also when only the last bits differ', () => {
    expect(effectiveSize([1, 1, 1, 1], [1, 1, 2, 2], 0.9, 4)).toBe(2);
    expect(
      effectiveSize(
        draws(30, (index) => (index % 3 === 0 ? 0 : 1)),
        draws(30, (i) => Math.floor(i / 3)),
        0.9,
        30,
      ),
    ).toBe(10);
  });

  it('is null below two clusters, and never above the number of trials', () => {
    expect(effectiveSize([1, 0, 1], [1, 1, 1], 0.9, 3)).toBeNull();
    expect(effectiveSize([], [], 0.9, 0)).toBeNull();
    expect(effectiveSize([0.9, 0.91, 0.9, 0.91], apart(4), 0.9, 4)).toBe(4);
    expect(effectiveSize([0.9, 0.91, 0.9, 0.91], apart(4), 0.9, null)).toBeGreaterThan(1000);
  });
});

describe('a clustered proportion', () => {
  it('of yes/no values proves no more than as many clusters that all agree', () => {
    const values = draws(100, (index) => (index === 7 ? 0 : 1));
    const names = draws(100, (index) => Math.floor(index / 10));
    expect(clusteredProportion(values, names, 0.9, 100)?.low).toBeCloseTo(0.05 ** (1 / 10), 9);
    expect(
      clusteredProportion(
        values.map((value) => 1 - value),
        names,
        0.9,
        100,
      )?.high,
    ).toBeCloseTo(1 - 0.05 ** 0.1, 9);
  });

  it('is null below two clusters', () => {
    expect(clusteredProportion([1, 0], ['a', 'a'], 0.9, 2)).toBeNull();
  });
});

describe('the noise within cases', () => {
  it('is that of the trials, whatever the cases are', () => {
    // Two cases far apart, each with a variance of 0.02 between two trials: √((0.01 + 0.01) / 4)
    const noise = stratifiedError([0.1, 0.3, 0.7, 0.9], ['a', 'a', 'b', 'b'], 0);
    expect(noise?.error).toBeCloseTo(Math.sqrt(0.02) / 2, 12);
    expect(noise?.degrees).toBeCloseTo(2, 12);
  });

  it("has few degrees of freedom when one case alone is noisy (Satterthwaite's)", () => {
    const values = draws(40, (index) => (index === 0 ? 0 : 1));
    const noise = stratifiedError(
      values,
      draws(40, (index) => Math.floor(index / 2)),
      1,
    );
    expect(noise?.degrees).toBeCloseTo(1, 12);
  });

  it('is never nothing, and unknown with one trial', () => {
    expect(stratifiedError([1, 1, 1, 1], ['a', 'a', 'b', 'b'], 1)?.error).toBeCloseTo(Math.sqrt(0.125 / 4 / 1), 1);
    expect(stratifiedError([1, 1, 1, 1], ['a', 'a', 'b', 'b'], 1)?.error).toBeGreaterThan(0.1);
    expect(stratifiedError([1, 1, 1], ['a', 'a', 'b'], 1)).toBeNull();
    expect(stratifiedInterval([1, 1, 1], ['a', 'a', 'b'], 0.9, 1)).toBeNull();
    expect(stratifiedError([], [], 1)).toBeNull();
  });
});

test('the correlation of two means is 1 of equal, -1 of opposite and 0 of still values', () => {
  const values = [0.1, 0.5, 0.9, 0.4];
  expect(clusterCorrelation(values, values, apart(4))).toBeCloseTo(1, 12);
  expect(
    clusterCorrelation(
      values,
      values.map((value) => -value),
      apart(4),
    ),
  ).toBeCloseTo(-1, 12);
  expect(clusterCorrelation(values, [1, 1, 1, 1], apart(4))).toBe(0);
  // In pairs that cancel each other there is no spread between clusters
  expect(clusterCorrelation([0, 1, 0, 1], [0, 1, 0, 1], [1, 1, 2, 2])).toBe(0);
});

describe('bounds of a clustered quantile', () => {
  it('are near those of order statistics when every value is its own cluster', () => {
    const values = draws(200, (index) => (index * 37) % 200);
    const [one, other] = [clusteredQuantileBounds(values, 0.9, apart(200), 0.9), quantileBounds(values, 0.9, 0.9)];
    expect(Math.abs((one.low ?? 0) - (other.low ?? 0))).toBeLessThanOrEqual(3);
    expect(Math.abs((one.high ?? 0) - (other.high ?? 0))).toBeLessThanOrEqual(3);
  });

  it('enclose the quantile, and count clusters: trials that say the same move nothing', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 2, maxLength: 60 }),
        fc.constantFrom(0.5, 0.9, 0.95),
        (values, p) => {
          const twice = values.flatMap((value) => [value, value]);
          const { low, high } = clusteredQuantileBounds(
            twice,
            p,
            twice.map((_, index) => Math.floor(index / 2)),
            0.9,
          );
          const estimate = percentile(twice, p) ?? Number.NaN;
          expect(low ?? Number.NEGATIVE_INFINITY).toBeLessThanOrEqual(estimate);
          expect(high ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(estimate);
          if (values.length < 25 && p > 0.8) expect(high).toBeNull();
        },
      ),
    );
  });

  it('do not exist for no value or one cluster', () => {
    expect(clusteredQuantileBounds([], 0.5, [], 0.9)).toEqual({ low: null, high: null });
    expect(clusteredQuantileBounds([1, 2, 3], 0.5, [1, 1, 1], 0.9)).toEqual({ low: null, high: null });
  });
});

test('single-value clusters have the ordinary standard error', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 30 }), (values) => {
      const centre = mean(values) ?? Number.NaN;
      const plain = Math.sqrt(
        values.reduce((sum, x) => sum + (x - centre) ** 2, 0) / (values.length - 1) / values.length,
      );
      expect(clusteredStandardError(values, apart(values.length))).toBeCloseTo(plain, 9);
    }),
  );
});
