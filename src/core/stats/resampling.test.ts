import { describe, expect, test } from 'vitest';
import { bootstrapInterval, bootstrapRatio, bootstrapSums } from './bootstrap.js';
import { mean } from './mean.js';
import { percentile } from './quantile.js';
import { createRandom, drawNormal, shuffle, xoshiro } from './random.js';
import { affordResamples } from './work-budget.js';

const average = (sample: readonly number[]) => mean(sample) ?? Number.NaN;
const singles = (values: readonly number[]) => values.map((value) => [value]);
const options = { confidence: 0.95, method: 'BCa', seed: 1, resamples: 2_000 } as const;

describe('bootstrapSums', () => {
  const terms = Array.from({ length: 25 }, (_, index) => ({
    numerator: (index * 7) % 11,
    denominator: 5 + (index % 3),
  }));
  const clusters = terms.map(({ numerator, denominator }) => [numerator, denominator]);
  const ratio = ([top = 0, bottom = 0]: readonly number[]) => top / bottom;

  test.each(['percentile', 'BCa'] as const)('of a ratio is the bootstrap of the ratio, %s', (method) => {
    const given = { ...options, method };
    const expected = bootstrapRatio(terms, given);
    const found = bootstrapSums(clusters, ratio, given);
    expect(found).toEqual({
      ...expected,
      low: expect.closeTo(expected?.low ?? Number.NaN, 12),
      high: expect.closeTo(expected?.high ?? Number.NaN, 12),
    });
  });

  test('has no answer below two clusters, or where a resample has none', () => {
    expect(bootstrapSums([[1, 2]], ratio, options)).toBeNull();
    expect(
      bootstrapSums(
        [
          [1, 2],
          [0, 0],
        ],
        ratio,
        options,
      ),
    ).toBeNull();
  });
});

describe('createRandom', () => {
  test('is the published xoshiro128**', () => {
    // the reference sequence from state 1, 2, 3, 4, as in the tests of the rand_xoshiro crate
    const word = xoshiro([1, 2, 3, 4]);
    expect(Array.from({ length: 10 }, word)).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });

  test('repeats itself for a seed, and differs for near seeds', () => {
    const first = (seed: number | string) => Array.from({ length: 4 }, createRandom(seed).word);
    expect(first(7)).toEqual(first(7));
    expect(first(7)).toEqual(first('7'));
    expect(new Set([1, 2, 3, '1/a', '1/b', ''].flatMap(first)).size).toBe(24);
  });

  test('is even: bits, integers, uniform and normal draws', () => {
    const random = createRandom('even');
    const n = 20_000;
    const counts = [0, 0, 0, 0, 0, 0, 0];
    for (let draw = 0; draw < n; draw += 1) {
      const face = random.below(7);
      counts[face] = (counts[face] ?? 0) + 1;
    }
    const expected = n / 7;
    const chiSquared = counts.reduce((total, count) => total + (count - expected) ** 2 / expected, 0);
    expect(chiSquared).toBeLessThan(22.5);
    const uniforms = Array.from({ length: n }, random.uniform);
    expect(Math.min(...uniforms)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...uniforms)).toBeLessThan(1);
    expect(Math.abs(average(uniforms) - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / n));
    const normals = Array.from({ length: n }, () => drawNormal(random));
    expect(Math.abs(average(normals))).toBeLessThan(4 / Math.sqrt(n));
    expect(Math.abs(average(normals.map((z) => z * z)) - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
  });

  test('below rejects impossible limits', () => {
    const random = createRandom(1);
    expect(random.below(1)).toBe(0);
    expect(() => random.below(0)).toThrow(RangeError);
  });

  test('shuffle keeps the values and reaches every order equally often', () => {
    const random = createRandom(3);
    const orders = new Map<string, number>();
    for (let draw = 0; draw < 6_000; draw += 1) {
      const order = shuffle(['a', 'b', 'c'], random).join('');
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    expect([...orders.keys()].sort()).toEqual(['abc', 'acb', 'bac', 'bca', 'cab', 'cba']);
    for (const count of orders.values()) expect(Math.abs(count - 1_000)).toBeLessThan(130);
  });
});

describe('bootstrapInterval', () => {
  test('has no answer below two clusters, or for a statistic that is not defined', () => {
    expect(bootstrapInterval([], average, options)).toBeNull();
    expect(bootstrapInterval([[1, 2, 3]], average, options)).toBeNull();
    expect(bootstrapInterval([[1], []], average, options)).toBeNull();
    expect(bootstrapInterval(singles([1, 2]), () => Number.NaN, options)).toBeNull();
    // 0 / 0 as soon as a resample holds none but the first pair
    const pairs = [[{ a: 0, b: 0 }], [{ a: 2, b: 1 }]];
    const ratio = (sample: readonly { a: number; b: number }[]) =>
      average(sample.map((pair) => pair.a)) / average(sample.map((pair) => pair.b));
    expect(bootstrapInterval(pairs, ratio, options)).toBeNull();
  });

  test('has no width when all values are equal', () => {
    for (const method of ['BCa', 'percentile'] as const) {
      expect(bootstrapInterval(singles([0.1, 0.1, 0.1]), average, { ...options, method })).toMatchObject({
        low: 0.1,
        high: 0.1,
      });
    }
  });

  test('repeats itself for a seed and names what it did', () => {
    const values = singles([1, 5, 2, 8, 3, 9, 4]);
    const first = bootstrapInterval(values, average, options);
    expect(bootstrapInterval(values, average, options)).toEqual(first);
    expect(bootstrapInterval(values, average, { ...options, seed: 2 })).not.toEqual(first);
    expect(first?.method).toBe('BCa bootstrap, 2000 resamples');
  });

  test('is mirrored for mirrored data', () => {
    const values = [1, 1, 2, 2, 3, 8, 9, 20];
    const forth = bootstrapInterval(singles(values), average, options);
    const back = bootstrapInterval(singles(values.map((value) => -value)), average, options);
    expect(back?.low).toBeCloseTo(-(forth?.high ?? Number.NaN), 9);
    expect(back?.high).toBeCloseTo(-(forth?.low ?? Number.NaN), 9);
  });

  test('keeps clusters together, so that copies of a value add nothing', () => {
    const values = [1, 5, 2, 8, 3, 9, 4];
    const copies = values.map((value) => [value, value, value]);
    const once = bootstrapInterval(singles(values), average, options);
    const thrice = bootstrapInterval(copies, average, options);
    expect(thrice?.low).toBeCloseTo(once?.low ?? Number.NaN, 12);
    expect(thrice?.high).toBeCloseTo(once?.high ?? Number.NaN, 12);
  });

  test('takes any statistic, and covers about as often as it says', () => {
    const random = createRandom('coverage');
    let hits = 0;
    for (let run = 0; run < 100; run += 1) {
      const values = Array.from({ length: 25 }, () => Math.exp(drawNormal(random)));
      const interval = bootstrapInterval(singles(values), (sample) => percentile(sample, 0.5) ?? Number.NaN, {
        confidence: 0.9,
        method: 'percentile',
        seed: run,
        resamples: 200,
      });
      if (interval !== null && interval.low <= 1 && interval.high >= 1) hits += 1;
    }
    expect(hits).toBeGreaterThan(80);
    expect(hits).toBeLessThan(99);
  });

  test('bounds its work', () => {
    expect(affordResamples(9_999, 10)).toBe(9_999);
    expect(affordResamples(9_999, 10_000)).toBe(2_000);
    expect(affordResamples(9_999, 1_000_000)).toBe(199);
    expect(affordResamples(50, 1_000_000)).toBe(50);
    const many = Array.from({ length: 30_000 }, (_, index) => ({ numerator: index % 97, denominator: 1 }));
    expect(bootstrapRatio(many, { ...options, resamples: 9_999 })?.method).toBe('BCa bootstrap, 2666 resamples');
  });
});

describe('bootstrapRatio', () => {
  const terms = [3, 9, 4, 4, 12, 7].map((numerator, index) => ({ numerator, denominator: 1 + (index % 3) }));

  test('is the bootstrap of the same ratio, only faster', () => {
    for (const method of ['BCa', 'percentile'] as const) {
      const slow = bootstrapInterval(
        terms.map((term) => [term]),
        (sample) => {
          const total = (key: 'numerator' | 'denominator') => sample.reduce((so, term) => so + term[key], 0);
          return total('numerator') / total('denominator');
        },
        { ...options, method },
      );
      const fast = bootstrapRatio(terms, { ...options, method });
      expect(fast?.low).toBeCloseTo(slow?.low ?? Number.NaN, 9);
      expect(fast?.high).toBeCloseTo(slow?.high ?? Number.NaN, 9);
    }
  });

  test('has no answer below two clusters or for 0 / 0, and no width without spread', () => {
    expect(bootstrapRatio([], options)).toBeNull();
    expect(bootstrapRatio(terms.slice(0, 1), options)).toBeNull();
    const empty = { numerator: 0, denominator: 0 };
    expect(bootstrapRatio([empty, { numerator: 1, denominator: 1 }], options)).toBeNull();
    const same = { numerator: 3, denominator: 2 };
    expect(bootstrapRatio([same, same, same], options)).toMatchObject({ low: 1.5, high: 1.5 });
    expect(() => bootstrapRatio([{ numerator: Number.NaN, denominator: 1 }, same], options)).toThrow(RangeError);
  });
});
