import fc from 'fast-check';
import { expect, it } from 'vitest';
import { armOf } from './assign.js';
import { chooseArm } from './choose-arm.js';

const share = fc.double({ min: 0, max: 1, noNaN: true });

it('is that of the share where nobody is named, and the place says so', () => {
  fc.assert(
    fc.property(fc.string(), share, (unit, weight) => {
      const { arm, included, place } = chooseArm({ name: 'r', weight }, { unit, cohorts: ['qa-team'] });
      expect(arm).toBe(armOf('r', unit, weight));
      expect(included).toBeNull();
      // Shares count in hundredths of a percent
      expect(arm === 'candidate').toBe(place < Math.round(weight * 10_000) / 10_000);
    }),
  );
});

it('is the candidate for a named unit or cohort, at any share', () => {
  const division = { name: 'r', weight: 0, include: ['qa-team', 'ada'] };
  expect(chooseArm(division, { unit: 'bob', cohorts: ['beta', 'qa-team'] })).toMatchObject({
    arm: 'candidate',
    included: 'qa-team',
  });
  expect(chooseArm(division, { unit: 'ada', cohorts: [] })).toMatchObject({ arm: 'candidate', included: 'ada' });
  expect(chooseArm(division, { unit: 'bob', cohorts: ['qa'] })).toMatchObject({ arm: 'control', included: null });
});
