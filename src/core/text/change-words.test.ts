import fc from 'fast-check';
import { expect, it } from 'vitest';
import { shownUnitSchema } from '../../model/quantity.js';
import { changeOf, describeChange, describeChanges } from './change-words.js';

const say = (value: number, counted: Partial<Parameters<typeof changeOf>[1]> = {}, bound?: number) => {
  const unit = counted.unit ?? 'fraction';
  return describeChange(changeOf(value, { better: 'higher', relative: false, ...counted, unit }, bound), unit);
};

it('says which way a figure went, whether that is good or bad', () => {
  expect(say(-0.21)).toBe('0.21 lower');
  expect(say(-0.068, { unit: 'ms', better: 'lower', relative: true })).toBe('6.8% slower');
  expect(say(0.52, { unit: 'ms', better: 'lower', relative: true })).toBe('52% faster');
  expect(say(0.21, { unit: 'percent' })).toBe('21% higher');
  const ends = [-0.08, 0.02].map((value) => changeOf(value, { unit: 'fraction', better: 'higher', relative: false }));
  expect(describeChanges(ends[0] ?? null, ends[1] ?? null, 'fraction')).toBe('0.08 lower to 0.02 higher');
  const none = changeOf(0, { unit: 'fraction', better: 'higher', relative: false });
  expect(describeChanges(none, none, 'fraction')).toBe('no change');
});

it('does not call a small change none, nor the dust of binary fractions one', () => {
  expect(say(-0.0002)).toBe('0.0002 lower');
  expect(say(0.00004, { unit: 'percent' })).toBe('0.004% higher');
  expect(say(0.000021, { unit: 'ms', better: 'lower', relative: true })).toBe('0.002% faster');
  expect(say(1e-12)).toBe('no change');
  expect(say(0.0833 / 0.833 - 1, {}, -0.9)).toBe('0.9 lower');
});

it('of a change that counts, always says something', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1e-8, max: 1, noNaN: true }),
      fc.constantFrom(...shownUnitSchema.options),
      fc.boolean(),
      (size, unit, relative) => {
        expect(say(-size, { unit, relative })).toMatch(
          /[1-9].* (lower|faster|cheaper|slower|more expensive|more|fewer)$/,
        );
      },
    ),
  );
});
