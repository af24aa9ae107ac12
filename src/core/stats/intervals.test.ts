import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { twoSided } from './interval.js';
import { mean, standardError, sum, tInterval, variance } from './mean.js';
import { agrestiCoull, clopperPearson, jeffreys, wilson, wilsonCorrected } from './proportion.js';
import { percentile, quantileBounds, quantileInterval } from './quantile.js';

const PROPORTION_INTERVALS = { wilson, wilsonCorrected, clopperPearson, agrestiCoull, jeffreys };
const counts = fc.integer({ min: 1, max: 2000 }).chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)));
const confidence = fc.double({ min: 0.5, max: 0.999, noNaN: true });
const scores = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 2, maxLength: 40 });

test('twoSided turns a one-sided confidence into that of the interval', () => {
  expect(twoSided(0.95)).toBeCloseTo(0.9, 15);
  expect(() => twoSided(0.5)).toThrow(RangeError);
  expect(() => twoSided(1)).toThrow(RangeError);
});

describe.each(Object.entries(PROPORTION_INTERVALS))('%s', (name, interval) => {
  test('does not exist without data', () => {
    expect(interval(0, 0, 0.95)).toBeNull();
  });

  test('lies in [0, 1] and contains the estimate', () => {
    fc.assert(
      fc.property(counts, confidence, ([k, n], level) => {
        // Jeffreys' interval excludes the estimate at 0 and n by design
        fc.pre(name !== 'jeffreys' || (k > 0 && k < n));
        const result = interval(k, n, level);
        const { low, high } = result ?? { low: Number.NaN, high: Number.NaN };
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        if (level >= 0.8) {
          expect(low).toBeLessThanOrEqual(k / n + 1e-12);
          expect(high).toBeGreaterThanOrEqual(k / n - 1e-12);
        }
        expect(result?.confidence).toBe(level);
      }),
    );
  });

  test('is mirrored when passes and failures change places', () => {
    fc.assert(
      fc.property(counts, confidence, ([k, n], level) => {
        const result = interval(k, n, level);
        const mirrored = interval(n - k, n, level);
        expect(result?.low).toBeCloseTo(1 - (mirrored?.high ?? Number.NaN), 12);
        expect(result?.high).toBeCloseTo(1 - (mirrored?.low ?? Number.NaN), 12);
      }),
    );
  });

  test('shrinks with n and grows with the confidence', () => {
    fc.assert(
      fc.property(counts, ([k, n]) => {
        const width = (successes: number, size: number, level: number) => {
          const result = interval(successes, size, level);
          return (result?.high ?? Number.NaN) - (result?.low ?? Number.NaN);
        };
        expect(width(4 * k, 4 * n, 0.95)).toBeLessThan(width(k, n, 0.95));
        expect(width(k, n, 0.99)).toBeGreaterThan(width(k, n, 0.9));
      }),
    );
  });

  test('has a positive width when all or none pass, also for one value', () => {
    for (const [k, n] of [
      [0, 1],
      [1, 1],
      [0, 100_000],
      [100_000, 100_000],
    ] as const) {
      const result = interval(k, n, 0.95);
      expect((result?.high ?? 0) - (result?.low ?? 0)).toBeGreaterThan(0);
    }
  });

  test('throws for impossible counts', () => {
    for (const [k, n, level] of [
      [3, 2, 0.95],
      [-1, 2, 0.95],
      [0.5, 2, 0.95],
      [1, Number.NaN, 0.95],
      [1, 2, 1],
      [1, 2, 0],
    ] as const) {
      expect(() => interval(k, n, level)).toThrow(RangeError);
    }
  });
});

test('clopperPearson covers at least as often as promised, and wilson does so on average', () => {
  const n = 30;
  const binomial = (k: number, p: number): number => {
    let value = (1 - p) ** n;
    for (let index = 0; index < k; index += 1) value *= ((n - index) / (index + 1)) * (p / (1 - p));
    return value;
  };
  const coverage = (interval: typeof wilson, p: number): number => {
    let total = 0;
    for (let k = 0; k <= n; k += 1) {
      const { low, high } = interval(k, n, 0.95) ?? { low: 1, high: 0 };
      if (low <= p && p <= high) total += binomial(k, p);
    }
    return total;
  };
  const rates = Array.from({ length: 99 }, (_, index) => (index + 1) / 100);
  for (const p of rates) expect(coverage(clopperPearson, p)).toBeGreaterThanOrEqual(0.95);
  const average = sum(rates.map((p) => coverage(wilson, p))) / rates.length;
  expect(average).toBeGreaterThan(0.945);
  expect(average).toBeLessThan(0.96);
});

describe('mean and tInterval', () => {
  test('have no answer for too few values', () => {
    expect([mean([]), variance([]), standardError([]), tInterval([], 0.95)]).toEqual([null, null, null, null]);
    expect([mean([3]), variance([3]), standardError([3]), tInterval([3], 0.95)]).toEqual([3, null, null, null]);
  });

  test('see no spread at all in equal values, whatever their rounding', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.integer({ min: 2, max: 60 }), (drawn, n) => {
        const value = drawn + 0; // no negative zero
        const values = new Array<number>(n).fill(value);
        expect(mean(values)).toBe(value);
        expect(variance(values)).toBe(0);
        expect(tInterval(values, 0.95)).toMatchObject({ low: value, high: value });
      }),
    );
  });

  test('contain the mean, and do not depend on the order', () => {
    fc.assert(
      fc.property(scores, confidence, (values, level) => {
        const result = tInterval(values, level);
        const centre = mean(values) ?? Number.NaN;
        expect(result?.low).toBeLessThanOrEqual(centre);
        expect(result?.high).toBeGreaterThanOrEqual(centre);
        const reversed = tInterval([...values].reverse(), level);
        expect(reversed?.low).toBeCloseTo(result?.low ?? Number.NaN, 9);
        expect(reversed?.high).toBeCloseTo(result?.high ?? Number.NaN, 9);
      }),
    );
  });

  test('do not lose small numbers beside large ones', () => {
    expect(sum([1e16, 1, -1e16])).toBe(1);
    expect(variance([1e9, 1e9 + 1, 1e9 + 2])).toBeCloseTo(1, 9);
  });

  test('throw for values that are no finite numbers', () => {
    expect(() => mean([1, Number.NaN])).toThrow(/values\[1\]/);
    expect(() => tInterval([1, Number.POSITIVE_INFINITY], 0.95)).toThrow(RangeError);
    expect(() => tInterval([1, 2], 95)).toThrow(RangeError);
  });
});

describe('quantiles', () => {
  const upTo = (n: number) => Array.from({ length: n }, (_, index) => index + 1);

  test('percentile handles no, one and equal values', () => {
    expect(percentile([], 0.95)).toBeNull();
    expect(percentile([7], 0.95)).toBe(7);
    expect(percentile([7, 7, 7], 0.31)).toBe(7);
    expect([percentile([3, 1, 2], 0), percentile([3, 1, 2], 0.5), percentile([3, 1, 2], 1)]).toEqual([1, 2, 3]);
  });

  test('percentile throws for bad arguments', () => {
    expect(() => percentile([1], 95)).toThrow(RangeError);
    expect(() => percentile([Number.NaN], 0.5)).toThrow(RangeError);
  });

  // scipy 1.17, stats.quantile_test(range(1, n + 1), p=p).confidence_interval(confidence)
  test.each([
    [100, 0.95, 0.9, 91, 99],
    [59, 0.95, 0.9, 53, 59],
    [58, 0.95, 0.9, 52, null],
    [1000, 0.95, 0.9, 938, 962],
    [100, 0.5, 0.95, 40, 61],
  ])('bounds of %d values at %d with confidence %d are %d and %d', (n, p, level, low, high) => {
    expect(quantileBounds(upTo(n), p, level)).toEqual({ low, high });
  });

  test('a bound that does not exist is null, and so is the interval', () => {
    expect(quantileBounds([], 0.95, 0.9)).toEqual({ low: null, high: null });
    expect(quantileBounds([5], 0.5, 0.9)).toEqual({ low: null, high: null });
    expect(quantileInterval(upTo(58), 0.95, 0.9)).toBeNull();
    expect(quantileInterval(upTo(59), 0.95, 0.9)).toEqual({
      low: 53,
      high: 59,
      confidence: 0.9,
      method: 'order statistics',
    });
  });

  test('bounds are mirrored and enclose the sample quantile', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.double({ min: 0.01, max: 0.99, noNaN: true }), (n, p) => {
        const values = upTo(n);
        const bounds = quantileBounds(values, p, 0.9);
        const mirrored = quantileBounds(values, 1 - p, 0.9);
        expect(mirrored.high === null).toBe(bounds.low === null);
        expect(mirrored.low === null).toBe(bounds.high === null);
        if (bounds.low !== null) expect(n + 1 - (mirrored.high ?? Number.NaN)).toBeCloseTo(bounds.low, 9);
        if (bounds.high !== null) expect(n + 1 - (mirrored.low ?? Number.NaN)).toBeCloseTo(bounds.high, 9);
        const estimate = percentile(values, p) ?? Number.NaN;
        expect(bounds.low ?? Number.NEGATIVE_INFINITY).toBeLessThanOrEqual(estimate);
        expect(bounds.high ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(estimate);
      }),
    );
  });
});
