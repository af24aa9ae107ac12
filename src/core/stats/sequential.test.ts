import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mixtureLogE } from './e-process.js';
import { createRandom } from './random.js';

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

describe('e-processes', () => {
  test('have no evidence without data, and throw for certain null rates', () => {
    expect(mixtureLogE(0, 0, 0.5)).toBe(0);
    expect(() => mixtureLogE(1, 1, 1)).toThrow(RangeError);
    expect(() => mixtureLogE(3, 2, 0.5)).toThrow(RangeError);
  });

  test('grow without bound on the side of the alternative', () => {
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
    const passed = outcomes.filter(Boolean).length;
    expect(mixtureLogE(passed, 300, 0.9, { side: 'below' })).toBeGreaterThan(Math.log(20));
  });
});
