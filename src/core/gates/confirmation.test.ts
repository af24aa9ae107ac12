import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRandom } from '../stats/random.js';
import { confirm, isOpen, type Trials, trialsToConfirm } from './confirmation.js';

it('asks for more trials the more cases are blamed together', () => {
  expect([1, 2, 3, 4, 12, 13, 50].map(trialsToConfirm)).toEqual([3, 3, 3, 4, 4, 5, 5]);
});

it('stops as soon as a case did what chance would do', () => {
  expect(isOpen({ passed: 0, trials: 1 }, { passed: 1, trials: 1 }, 3)).toBe(true);
  expect(isOpen({ passed: 1, trials: 1 }, { passed: 1, trials: 1 }, 3)).toBe(false);
  expect(isOpen({ passed: 0, trials: 1 }, { passed: 0, trials: 1 }, 3)).toBe(false);
  expect(isOpen({ passed: 0, trials: 3 }, { passed: 3, trials: 3 }, 3)).toBe(false);
});

it('confirms only what fails every time now and passes every time before', () => {
  const [all, none] = [
    { passed: 3, trials: 3 },
    { passed: 0, trials: 3 },
  ];
  expect(confirm(none, all, 1)).toEqual({ outcome: 'confirmed', now: none, baseline: all, chance: 1 / 64 });
  expect(confirm(none, all, 2)).toMatchObject({ outcome: 'confirmed', chance: 2 / 64 });
  expect(confirm(none, all, 4).outcome).toBe('could-be-chance');
  expect(confirm({ passed: 1, trials: 3 }, all, 1).outcome).toBe('could-be-chance');
  expect(confirm(none, { passed: 2, trials: 3 }, 1).outcome).toBe('could-be-chance');
  expect(confirm(none, null, 1)).toEqual({ outcome: 'same-prompt', now: none });
  expect(confirm({ passed: 1, trials: 1 }, null, 1)).toMatchObject({ outcome: 'could-be-chance' });
});

it('calls no case of a run broken by chance more often than it says', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), share, (cases, failing) => {
      const trials = trialsToConfirm(cases);
      // All cases alike, and no worse than before: the chance that any is confirmed
      expect(1 - (1 - (failing * (1 - failing)) ** trials) ** cases).toBeLessThanOrEqual(0.05);
    }),
  );
  const random = createRandom('confirm');
  const runs = 2000;
  let wrong = 0;
  for (let run = 0; run < runs; run++) {
    const cases = 12;
    const any = Array.from({ length: cases }).some(() => confirmBy(() => random.uniform() < 0.5, cases));
    if (any) wrong++;
  }
  expect(wrong / runs).toBeLessThanOrEqual(0.06);
});

/** As a run does it: round by round, until a case is decided. */
function confirmBy(passes: () => boolean, cases: number): boolean {
  const needed = trialsToConfirm(cases);
  let [now, before]: [Trials, Trials] = [
    { passed: 0, trials: 0 },
    { passed: 0, trials: 0 },
  ];
  const add = ({ passed, trials }: Trials): Trials => ({ passed: passed + Number(passes()), trials: trials + 1 });
  while (isOpen(now, before, needed)) [now, before] = [add(now), add(before)];
  return confirm(now, before, cases).outcome === 'confirmed';
}
