import { expect, it } from 'vitest';
import { LearnedRate } from './learned-rate.js';

// That limits are found and followed is shown by hidden-limit.test.ts

it('knows no limit before calls were refused', () => {
  const rate = new LearnedRate(0);
  for (let call = 0; call < 1000; call++) rate.start({ call, at: 0 });
  expect(rate.waitAt(0)).toBe(0);
});

it('spreads the first calls over a moment, so that a refusal is heard before all are sent', () => {
  const rate = new LearnedRate(2);
  rate.start({ call: 0, at: 5 });
  expect(rate.waitAt(5)).toBe(2);
  rate.start({ call: 1, at: 7 });
  rate.start({ call: 2, at: 9 });
  expect(rate.waitAt(9)).toBe(0);
});

it('lets one call at a time look whether a service serves again, after longer and longer pauses', () => {
  const rate = new LearnedRate(0);
  for (let call = 0; call < 100; call++) rate.start({ call, at: 0 });
  for (let call = 50; call < 100; call++) rate.refused({ call, at: 0 }, 5, 100);
  const pauses: number[] = [];
  let now = 5;
  for (let call = 100; call < 105; call++) {
    pauses.push(rate.waitAt(now));
    now += rate.waitAt(now);
    rate.start({ call, at: now });
    // Nobody else may start while it is not known what became of it
    expect(rate.waitAt(now + 5)).toBeGreaterThan(0);
    now += 5;
    rate.refused({ call, at: now - 5 }, now, call + 1);
  }
  expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
  expect(new Set(pauses).size).toBe(5);
});

it('does not take a handful of refusals for a measurement', () => {
  const rate = new LearnedRate(0);
  for (let call = 0; call < 100; call++) rate.start({ call, at: 0 });
  for (let call = 50; call < 100; call++) rate.refused({ call, at: 0 }, 5, 100);
  let now = 1000;
  const startNext = (call: number) => {
    now += rate.waitAt(now);
    rate.start({ call, at: now });
  };
  startNext(100);
  startNext(101);
  const pause = rate.waitAt(now);
  // The third call since it serves again is refused
  startNext(102);
  rate.refused({ call: 102, at: now }, now + 5, 103);
  startNext(103);
  startNext(104);
  expect(rate.waitAt(now)).toBeLessThan(2.3 * pause);
});
