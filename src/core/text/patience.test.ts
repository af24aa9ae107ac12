import { describe, expect, it } from 'vitest';
import { withPatience } from './patience.js';

const endless = () => /^(a+)+$/.test(`${'a'.repeat(60)}!`);

describe('patience', () => {
  it('has an end: many slow pieces of work take less and less each', () => {
    const within = withPatience(() => performance.now());
    const started = performance.now();
    for (let row = 0; row < 60; row++) expect(within(endless)).toBeNull();
    // A second each would be a minute; 10 s are the most, and 50 ms for each beyond
    expect(performance.now() - started).toBeLessThan(30_000);
  }, 60_000);

  it('is not used up by work that is quick', () => {
    let now = 0;
    const within = withPatience(() => now);
    for (let row = 0; row < 10_000; row++) expect(within(() => (now += 20))).toBe(now);
    const slow = Array.from({ length: 3 }, () => within(() => (now += 900)));
    expect(slow).toEqual([200_900, 201_800, 202_700]);
  });

  it('gives the limit that is left when it has been used up', () => {
    let now = 0;
    const within = withPatience(() => now);
    for (let row = 0; row < 20; row++) within(() => (now += 1000));
    const started = performance.now();
    expect(within(endless)).toBeNull();
    expect(performance.now() - started).toBeLessThan(1000);
    expect(within(() => 'quick')).toBe('quick');
  });
});
