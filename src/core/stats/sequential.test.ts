import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { confidenceSequence } from './confidence-sequence.js';
import { bernoulliEProcess, mixtureLogE } from './e-process.js';
import { createRandom, shuffle } from './random.js';
import { decideSequentialTest, planSequentialTest } from './sprt.js';

/** Shares of 2,000 runs stay within three standard errors of a true 5 %. */
const RUNS = 2_000;
const AT_MOST_5_PERCENT = 0.05 + 3 * Math.sqrt((0.05 * 0.95) / RUNS);

function shareOfRuns(alarm: (run: number) => boolean): number {
  let alarms = 0;
  for (let run = 0; run < RUNS; run += 1) if (alarm(run)) alarms += 1;
  return alarms / RUNS;
}

/** Computes each pair of counts once: thousands of runs ask for the same few. */
function memoize<T>(compute: (passed: number, n: number) => T): (passed: number, n: number) => T {
  const known = new Map<string, T>();
  return (passed, n) => {
    const key = `${passed}/${n}`;
    const value = known.get(key) ?? compute(passed, n);
    known.set(key, value);
    return value;
  };
}

describe('the sequential probability ratio test', () => {
  const plan = { nullRate: 0.9, alternativeRate: 0.7, alpha: 0.05, beta: 0.1 };

  test('says nothing without data and keeps both of its error rates', () => {
    expect(decideSequentialTest(plan, 0, 0)).toBe('continue');
    for (const [rate, wrong] of [
      [0.9, 'reject'],
      [0.7, 'accept'],
    ] as const) {
      const share = shareOfRuns((run) => {
        const random = createRandom(`sprt ${rate} ${run}`);
        let passed = 0;
        for (let n = 1; n <= 1_000; n += 1) {
          if (random.uniform() < rate) passed += 1;
          const decision = decideSequentialTest(plan, passed, n - passed);
          if (decision !== 'continue') return decision === wrong;
        }
        return true;
      });
      expect(share).toBeLessThan(wrong === 'reject' ? 0.065 : 0.12);
    }
  });

  test('throws for rates it cannot tell apart', () => {
    expect(() => planSequentialTest({ ...plan, alternativeRate: 0.9 })).toThrow(RangeError);
    expect(() => planSequentialTest({ ...plan, nullRate: 1 })).toThrow(RangeError);
    expect(() => decideSequentialTest(plan, -1, 0)).toThrow(RangeError);
  });
});

describe('e-processes', () => {
  test('have no evidence without data, and throw for certain null rates', () => {
    expect(bernoulliEProcess([], 0.9, 0.8)).toEqual([]);
    expect(mixtureLogE(0, 0, 0.5)).toBe(0);
    expect(() => bernoulliEProcess([true], 1, 0.5)).toThrow(RangeError);
    expect(() => mixtureLogE(3, 2, 0.5)).toThrow(RangeError);
  });

  test('grow without bound when all fail, and are ruined for good by what the alternative excludes', () => {
    expect(bernoulliEProcess([false, false, true], 0.5, 0)).toEqual([2, 4, 0]);
    expect(mixtureLogE(0, 50, 0.9, { side: 'below' })).toBeGreaterThan(50);
    expect(mixtureLogE(50, 50, 0.9, { side: 'below' })).toBeLessThan(0);
    expect(mixtureLogE(50, 50, 0.9, { side: 'above' })).toBeGreaterThan(0);
  });

  test('are mirrored when passes and failures change places', () => {
    fc.assert(
      fc.property(fc.nat(50), fc.nat(50), fc.double({ min: 0.05, max: 0.95, noNaN: true }), (k, more, rate) => {
        const below = mixtureLogE(k, k + more, rate, { side: 'below', a: 2, b: 0.5 });
        const above = mixtureLogE(more, k + more, 1 - rate, { side: 'above', a: 0.5, b: 2 });
        expect(below).toBeCloseTo(above, 8);
      }),
    );
  });

  test('raise false alarms in at most 5 % of runs, although every outcome is looked at', () => {
    for (const rate of [0.9, 0.95]) {
      const outcomes = (run: number) => {
        const random = createRandom(`e ${rate} ${run}`);
        return Array.from({ length: 200 }, () => random.uniform() < rate);
      };
      expect(shareOfRuns((run) => Math.max(...bernoulliEProcess(outcomes(run), 0.9, 0.75)) >= 20)).toBeLessThan(
        AT_MOST_5_PERCENT,
      );
      const isAlarm = memoize((passed, n) => mixtureLogE(passed, n, 0.9, { side: 'below' }) >= Math.log(20));
      const mixed = shareOfRuns((run) => {
        let passed = 0;
        return outcomes(run).some((outcome, index) => {
          passed += outcome ? 1 : 0;
          return isAlarm(passed, index + 1);
        });
      });
      expect(mixed).toBeLessThan(AT_MOST_5_PERCENT);
    }
  });

  test('find a true drop', () => {
    const random = createRandom('drop');
    const outcomes = Array.from({ length: 300 }, () => random.uniform() < 0.75);
    expect(Math.max(...bernoulliEProcess(outcomes, 0.9, 0.75))).toBeGreaterThan(20);
    const passed = outcomes.filter(Boolean).length;
    expect(mixtureLogE(passed, 300, 0.9, { side: 'below' })).toBeGreaterThan(Math.log(20));
  });
});

describe('confidenceSequence', () => {
  const unit = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 40 });

  test('is the whole range without data', () => {
    expect(confidenceSequence([], 0.95)).toMatchObject({ low: 0, high: 1 });
    expect(confidenceSequence([], 0.95, { low: -1, high: 1 })).toMatchObject({ low: -1, high: 1 });
  });

  test('contains the mean, is mirrored, and does not depend on the order', () => {
    fc.assert(
      fc.property(unit, (whole) => {
        const values = whole.map((value) => value / 20);
        const { low, high } = confidenceSequence(values, 0.95);
        const centre = values.reduce((total, value) => total + value, 0) / values.length;
        expect(low).toBeLessThanOrEqual(centre + 1e-12);
        expect(high).toBeGreaterThanOrEqual(centre - 1e-12);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        const mirrored = confidenceSequence(
          values.map((value) => (20 - 20 * value) / 20),
          0.95,
        );
        expect(mirrored.low).toBeCloseTo(1 - high, 8);
        expect(mirrored.high).toBeCloseTo(1 - low, 8);
        const shuffled = confidenceSequence(shuffle(values, createRandom(1)), 0.95);
        expect(shuffled.low).toBeCloseTo(low, 12);
        const stretched = confidenceSequence(
          values.map((value) => 2 * value - 1),
          0.95,
          { low: -1, high: 1 },
        );
        expect(stretched.low).toBeCloseTo(2 * low - 1, 8);
        expect(stretched.high).toBeCloseTo(2 * high - 1, 8);
      }),
    );
  });

  test('shrinks with n, also when all values are equal', () => {
    for (const pattern of [[1], [0], [0.5], [0, 1], [0.9, 1, 1, 0.7]]) {
      const widths = [1, 10, 100, 1_000].map((copies) => {
        const { low, high } = confidenceSequence(Array.from({ length: copies }, () => pattern).flat(), 0.95);
        return high - low;
      });
      expect(widths).toEqual([...widths].sort((a, b) => b - a));
      expect(widths.at(-1)).toBeLessThan(0.12);
      expect(widths.at(-1)).toBeGreaterThan(0);
    }
  });

  test('misses the mean in at most 5 % of runs, although it is looked at again and again', () => {
    const sequence = memoize((passed, n) =>
      confidenceSequence([...new Array<number>(passed).fill(1), ...new Array<number>(n - passed).fill(0)], 0.95),
    );
    const isMissed = (values: readonly number[], truth: number, every: number): boolean => {
      for (let n = every; n <= values.length; n += every) {
        const { low, high } = sequence(values.slice(0, n).filter((value) => value === 1).length, n);
        if (truth < low || truth > high) return true;
      }
      return false;
    };
    const independent = shareOfRuns((run) => {
      const random = createRandom(`sequence ${run}`);
      const values = Array.from({ length: 120 }, () => (random.uniform() < 0.85 ? 1 : 0));
      return isMissed(values, 0.85, 10);
    });
    expect(independent).toBeLessThan(AT_MOST_5_PERCENT);
    // cases with a mean each, looked at after complete rounds
    const rates = Array.from({ length: 20 }, (_, index) => (index % 5 === 0 ? 0.2 : 0.95));
    const truth = rates.reduce((total, rate) => total + rate, 0) / rates.length;
    const rounds = shareOfRuns((run) => {
      const random = createRandom(`rounds ${run}`);
      const values = Array.from({ length: 6 }, () => rates.map((rate) => (random.uniform() < rate ? 1 : 0))).flat();
      return isMissed(values, truth, rates.length);
    });
    expect(rounds).toBeLessThan(AT_MOST_5_PERCENT);
  });

  test('throws for values outside of the range', () => {
    expect(() => confidenceSequence([1.1], 0.95)).toThrow(RangeError);
    expect(() => confidenceSequence([Number.NaN], 0.95)).toThrow(RangeError);
    expect(() => confidenceSequence([], 0.95, { low: 1, high: 1 })).toThrow(RangeError);
    expect(() => confidenceSequence([], 1)).toThrow(RangeError);
  });
});
