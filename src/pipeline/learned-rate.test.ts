import { expect, it } from 'vitest';
import { LearnedRate } from './learned-rate.js';

/** The pause between two calls that start as soon as they may, at one time. */
function pauseOf(rate: LearnedRate, now: number): number {
  const wait = rate.waitAt(now);
  rate.start(now + wait);
  return rate.waitAt(now + wait);
}

it('knows no limit before calls were refused', () => {
  const rate = new LearnedRate(0);
  for (let call = 0; call < 1000; call++) rate.start(0);
  expect(rate.waitAt(0)).toBe(0);
});

it('does not take a handful of refusals for a measurement', () => {
  const rate = new LearnedRate(0);
  for (let call = 0; call < 100; call++) rate.start(0);
  rate.refused(0, 5, 100);
  const first = pauseOf(rate, 5);
  // Nearly all of the next few are refused too, since the burst has emptied the service's allowance
  for (let call = 100; call < 104; call++) {
    rate.start(50);
    rate.refused(call, 50, 104);
  }
  expect(pauseOf(rate, 50)).toBeLessThan(2.2 * first);
});
