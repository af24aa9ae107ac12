import { expect, test } from 'vitest';
import { isWithinUnit } from './unit-range.js';

test.each([
  ['fraction', [0, 0.5, 1, 1 + 1e-15], [-0.1, 1.1, 45, Number.NaN]],
  ['ms', [0, 1.5, 1e9], [-1, Number.POSITIVE_INFINITY]],
  ['usd', [0, 3], [-0.01]],
  ['tokens', [0, 12], [-12]],
  ['characters', [0], [-1]],
  ['number', [-5, 0, 1e100], [1e101, -1e300, Number.NaN, Number.NEGATIVE_INFINITY]],
] as const)('%s', (unit, within, outside) => {
  for (const value of within) expect([value, isWithinUnit(value, unit)]).toEqual([value, true]);
  for (const value of outside) expect([value, isWithinUnit(value, unit)]).toEqual([value, false]);
});
