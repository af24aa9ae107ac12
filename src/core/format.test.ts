import fc from 'fast-check';
import { expect, test } from 'vitest';
import { count, formatBeside, formatMilliseconds, formatUsd, formatValue } from './format.js';

test.each([
  [0.04, '0ms'],
  [8.25, '8.3ms'],
  [820, '820ms'],
  [999.7, '1s'],
  [4200, '4.2s'],
  [59_999, '1m 00s'],
  [185_000, '3m 05s'],
  [7_800_000, '2h 10m'],
])('formatMilliseconds(%d)', (ms, text) => {
  expect(formatMilliseconds(ms)).toBe(text);
});

test.each([
  [0, '$0'],
  [0.00042, '$0.00042'],
  [1.25, '$1.25'],
  [-0.5, '-$0.50'],
])('formatUsd(%d)', (usd, text) => {
  expect(formatUsd(usd)).toBe(text);
});

test('formatValue shows the unit, and a missing value as none', () => {
  expect(formatValue(null, 'usd')).toBe('none');
  expect(formatValue(0.9, 'fraction')).toBe('0.9');
  expect(formatValue(1234.4, 'tokens')).toBe('1234');
});

test('formatBeside tells a value from the bound it misses', () => {
  expect(formatBeside(0.8997, 0.9, 'fraction')).toBe('0.8997');
  expect(formatBeside(0.89999, 0.9, 'fraction')).toBe('0.89999');
  expect(formatBeside(4001, 4000, 'ms')).toBe('4.001s');
  expect(formatBeside(0.9, 0.9, 'fraction')).toBe('0.9');
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (a, b) => {
      expect(formatBeside(a, b, 'fraction') === formatValue(b, 'fraction')).toBe(a === b);
    }),
  );
});

test('count', () => {
  expect(count(1, 'case')).toBe('1 case');
  expect(count(12_000, 'case')).toBe('12,000 cases');
});
