import { describe, expect, it } from 'vitest';
import { Patience, withPatience } from './patience.js';

describe('patience', () => {
  it('has an end: many slow pieces of work get less and less each', () => {
    let now = 0;
    const patience = new Patience(() => now);
    // Each takes all that it may
    const limits = Array.from({ length: 60 }, () =>
      patience.spend((ms) => {
        now += ms;
        return ms;
      }),
    );
    expect(limits[0]).toBe(1000);
    expect(limits).toEqual(limits.toSorted((a, b) => b - a));
    expect(limits.at(-1)).toBe(50);
    // A second each would be a minute
    expect(now).toBeLessThan(13_000);
  });

  it('is not used up by work that is quick', () => {
    let now = 0;
    const patience = new Patience(() => now);
    for (let row = 0; row < 10_000; row++) patience.spend(() => (now += 20));
    expect(patience.spend((ms) => ms)).toBe(1000);
  });

  it('is used up by what throws, too', () => {
    let now = 0;
    const patience = new Patience(() => now);
    const fail = () => {
      now += 9000;
      throw new Error('slow, and broken');
    };
    expect(() => patience.spend(fail)).toThrow('slow, and broken');
    expect(patience.spend((ms) => ms)).toBe(125);
  });

  it('gives up what takes too long, and gives what does not', () => {
    const within = withPatience(() => performance.now());
    expect(within(() => /^(a+)+$/.test(`${'a'.repeat(60)}!`))).toBeNull();
    expect(within(() => 'quick')).toBe('quick');
  });
});
