import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isSampled } from './sampled.js';

const share = fc.double({ min: 0, max: 1, noNaN: true });

it('is the same every time, and a lower share is a part of a higher one', () => {
  fc.assert(
    fc.property(fc.string(), share, share, (key, one, other) => {
      const [low, high] = one < other ? [one, other] : [other, one];
      expect(isSampled(key, low)).toBe(isSampled(key, low));
      if (isSampled(key, low)) expect(isSampled(key, high)).toBe(true);
      expect(isSampled(key, 0)).toBe(false);
      expect(isSampled(key, 1)).toBe(true);
    }),
  );
});

it('takes about its share, which any program can work out again', () => {
  const keys = Array.from({ length: 20_000 }, (_, n) => `live-2:user-${n}`);
  expect(keys.filter((key) => isSampled(key, 0.1)).length / keys.length).toBeCloseTo(0.1, 1.7);
  // sha256 of `live-2:ada` begins with a155: 0.6302
  expect([0.63, 0.6303].map((at) => isSampled('live-2:ada', at))).toEqual([false, true]);
});
