import { describe, expect, it } from 'vitest';
import { runWithin } from './run-within.js';

describe('runWithin', () => {
  it('gives what the work returns', () => {
    expect(runWithin(10_000, () => [1, 2])).toEqual([1, 2]);
  });

  it('interrupts a regular expression that backtracks without end', () => {
    expect(runWithin(50, () => /^(a+)+$/.test(`${'a'.repeat(60)}!`))).toBeNull();
  });

  it('interrupts a loop and is usable afterwards', () => {
    expect(
      runWithin(20, () => {
        for (;;);
      }),
    ).toBeNull();
    expect(runWithin(10_000, () => 'next')).toBe('next');
  });

  it('throws what the work throws', () => {
    const error = new TypeError('broken');
    expect(() =>
      runWithin(10_000, () => {
        throw error;
      }),
    ).toThrow(error);
  });

  it('can be nested', () => {
    expect(runWithin(10_000, () => `${runWithin(5_000, () => 'inner')} and outer`)).toBe('inner and outer');
  });
});
