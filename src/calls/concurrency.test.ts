import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Concurrency } from './concurrency.js';

it('starts at the ceiling and stays there while all is well', () => {
  const concurrency = new Concurrency(100);
  for (let call = 0; call < 1000; call++) concurrency.answered();
  expect(concurrency.level).toBe(100);
});

it('shrinks once for all refusals of one round trip', () => {
  const concurrency = new Concurrency(100);
  for (let call = 0; call < 100; call++) concurrency.refused(call, 100 - call, 100);
  expect(concurrency.level).toBe(70);
  concurrency.refused(100, 70, 101);
  expect(concurrency.level).toBe(49);
});

it('shrinks from what is in flight, not from what could be', () => {
  const concurrency = new Concurrency(100);
  concurrency.refused(0, 10, 10);
  expect(concurrency.level).toBe(7);
});

it('grows back by a tenth of the ceiling a round trip', () => {
  const concurrency = new Concurrency(100);
  concurrency.refused(0, 100, 1);
  for (let call = 0; call < 70; call++) concurrency.answered();
  expect(concurrency.level).toBe(79);
});

it('is never above the ceiling and never below 1', () => {
  const event = fc.oneof(fc.constant('answered' as const), fc.nat(200));
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 }), fc.array(event, { maxLength: 300 }), (ceiling, events) => {
      const concurrency = new Concurrency(ceiling);
      for (const [call, what] of events.entries()) {
        if (what === 'answered') concurrency.answered();
        else concurrency.refused(call, what, call + 1);
        expect(concurrency.level).toBeGreaterThanOrEqual(1);
        expect(concurrency.level).toBeLessThanOrEqual(ceiling);
        expect(Number.isInteger(concurrency.level)).toBe(true);
      }
    }),
  );
});
