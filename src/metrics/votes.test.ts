import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { majorityOf } from './votes.js';

const votes = (...values: number[]) => values.map((value, index) => ({ verdict: value, value, reason: `r${index}` }));

describe('the majority of votes', () => {
  it.each([
    [[1, 0, 1], 1, 1],
    [[0, 1], 0, 0],
    [[1, 1, 0, 0, 0.5], 0, 0.5],
    [[0.2, 0.9, 0.6], 0.2, 0.6],
    [[0.2, 0.4, 0.6, 0.8], 0.2, 0.4],
    [[0.5], 0.5, 0.5],
  ])('of %j is %d for choices and %d on a scale', (values, lowest, median) => {
    expect(majorityOf(votes(...values), 'worst').value).toBe(lowest);
    expect(majorityOf(votes(...values), 'median').value).toBe(median);
  });

  it.each([
    [[0, 1], 1, 1],
    [[1, 0, 0], 0, 0],
    [[0.2, 0.4, 0.6, 0.8], 0.8, 0.6],
  ])('where low values pass, of %j is %d for choices and %d on a scale', (values, worst, median) => {
    expect(majorityOf(votes(...values), 'worst', { wantsLow: true }).value).toBe(worst);
    expect(majorityOf(votes(...values), 'median', { wantsLow: true }).value).toBe(median);
  });

  it('brings the first reason for it', () => {
    expect(majorityOf(votes(0, 1, 1), 'worst').reason).toBe('r1');
  });

  it('is one of the votes, and does not depend on their order', () => {
    const cast = fc.array(
      fc.integer({ min: 0, max: 4 }).map((point) => point / 4),
      { minLength: 1, maxLength: 9 },
    );
    fc.assert(
      fc.property(cast, fc.constantFrom('worst' as const, 'median' as const), (values, tie) => {
        const { value } = majorityOf(votes(...values), tie);
        expect(values).toContain(value);
        expect(majorityOf(votes(...values.toReversed()), tie).value).toBe(value);
      }),
    );
  });
});
