import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  type RolloutCounts,
  rolloutCountsSchema,
  type StepCounts,
  type StreamCounts,
  type Sums,
} from '../../model/live-counts.js';
import { addSums, addValue, NO_SUMS } from './sums.js';

const sumsOf = (values: readonly number[]): Sums => values.reduce(addValue, NO_SUMS);

it('are the same in whatever order and by however many they were counted', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -1000, max: 1000 })), fc.nat(100), (values, at) => {
      const whole = sumsOf(values);
      expect(addSums(sumsOf(values.slice(at)), sumsOf(values.slice(0, at)))).toEqual(whole);
      expect(sumsOf([...values].reverse())).toEqual(whole);
    }),
  );
});

it('never take what is not a number', () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY])
    expect(() => addValue(NO_SUMS, value)).toThrow(RangeError);
});

it('survive a journal, and a count below 0 does not', () => {
  const errors: StreamCounts = { control: sumsOf([0, 1]), candidate: sumsOf([1]), paired: NO_SUMS };
  const step = (control: number): StepCounts => ({
    weight: 0.5,
    since: '2026-11-28T20:00:00.000Z',
    calls: { control, candidate: 1 },
    streams: { 'a errors': errors },
  });
  const counts = (n: number): RolloutCounts => ({ rollout: 'a@1>2', steps: [step(n)] });
  expect(rolloutCountsSchema.parse(JSON.parse(JSON.stringify(counts(2))))).toEqual(counts(2));
  expect(rolloutCountsSchema.safeParse(counts(-1)).success).toBe(false);
});
