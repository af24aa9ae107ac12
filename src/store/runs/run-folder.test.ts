import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isRunId, newRunId } from './run-folder.js';

const date = fc.date({ min: new Date('2001-01-01'), max: new Date('2400-01-01'), noInvalidDate: true });

it('a run has the time of its start in its name', () => {
  expect(newRunId(new Date('2026-03-01T14:25:30.999Z'), () => 0.5, null)).toMatch(/^20260301-142530-[0-9a-z]{4}$/);
});

it('names sort in the order of the starts, whatever becomes of the clock', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(date, fc.double({ min: 0, max: 0.999, noNaN: true })), { maxLength: 20 }),
      (starts) => {
        const names: string[] = [];
        for (const [now, random] of starts) names.push(newRunId(now, () => random, names.at(-1) ?? null));
        expect(names).toEqual([...new Set(names)].sort());
        expect(names.every(isRunId)).toBe(true);
      },
    ),
  );
});

it('an entry that is no run does not count', () => {
  expect(isRunId('..')).toBe(false);
  expect(newRunId(new Date('2026-03-01T14:25:30Z'), () => 0, 'zzz')).toBe('20260301-142530-0000');
});
