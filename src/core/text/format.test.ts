import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  count,
  formatAbout,
  formatBeside,
  formatBound,
  formatBytes,
  formatMilliseconds,
  formatNumber,
  formatShare,
  formatUsd,
  formatValue,
  formatWholeShare,
} from './format.js';

test.each([
  [0.04, '0ms'],
  [8.25, '8.3ms'],
  [820, '820ms'],
  [9.96, '10ms'],
  [999.7, '1s'],
  [4200, '4.2s'],
  [59_994, '59.99s'],
  [59_999, '1m 00s'],
  [-59_999, '-1m 00s'],
  [3_599_700, '1h 00m'],
  [7_199_600, '2h 00m'],
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
  [0.099999, '$0.10'],
  [0.99999, '$1.00'],
  [0.000000004, '$4e-9'],
  [0.0000000123, '$1.2e-8'],
  [-1e-12, '-$1e-12'],
  [999.999, '$1000.00'],
])('formatUsd(%d)', (usd, text) => {
  expect(formatUsd(usd)).toBe(text);
});

test('formatValue shows the unit, and a missing value as none', () => {
  expect(formatValue(null, 'usd')).toBe('none');
  expect(formatValue(0.9, 'fraction')).toBe('0.9');
  expect(formatValue(-1e-9, 'fraction')).toBe('0');
  expect(formatValue(1234.4, 'tokens')).toBe('1234');
});

test('formatBeside tells a value from the bound it misses', () => {
  expect(formatBeside(0.8997, 0.9, 'fraction')).toBe('0.8997');
  expect(formatBeside(0.89999, 0.9, 'fraction')).toBe('0.89999');
  expect(formatBeside(4001, 4000, 'ms')).toBe('4.001s');
  expect(formatBeside(0.9, 0.9, 'fraction')).toBe('0.9');
  const fraction = fc.double({ min: 0, max: 1, noNaN: true });
  const bound = fc.integer({ min: 0, max: 10_000 }).map((parts) => parts / 10_000);
  fc.assert(
    fc.property(fc.oneof(fraction, bound), bound, (value, bound) => {
      const shown = Number(formatBeside(value, bound, 'fraction'));
      const shownBound = Number(formatBound(bound, 'fraction'));
      expect(shownBound).toBe(bound);
      // What a gate takes for equal is shown as equal
      const difference = Math.abs(value - bound) <= 1e-9 ? 0 : value - bound;
      expect(Math.sign(shown - shownBound)).toBe(Math.sign(difference));
    }),
    {
      numRuns: 1000,
      examples: [
        [5e-324, 0],
        [0.5 + 1e-12, 0.5],
      ],
    },
  );
});

test.each(['fraction', 'percent', 'ms', 'usd', 'tokens', 'number'] as const)(
  'a value in %s stands on its side of a bound',
  (unit) => {
    const read = (text: string) => {
      const units = { '%': 0.01, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
      const parts = [...text.matchAll(/([\d.]+(?:e[+-]?\d+)?)(ms|[smh%]?)/g)];
      const size = parts.reduce((sum, [, n, unit]) => sum + Number(n) * (units[unit as keyof typeof units] ?? 1), 0);
      return text.startsWith('-') ? -size : size;
    };
    const bounds = [
      0, 0.05, 0.1, 0.9, 0.999, 0.9995, 1, 4000, 59_995, 90_500, 3_600_000, 3_605_000, 7_230_000, -0.4, 1e21,
    ];
    const nearly = fc.constantFrom(1e-7, 1e-5, 1e-4, 4e-4, 0.01, 0.3);
    const bound = fc.constantFrom(...bounds);
    const beside = fc.tuple(bound, nearly, fc.boolean()).map(([of, by, over]) => of + (over ? 1 : -1) * by * (of || 1));
    fc.assert(
      fc.property(fc.oneof(beside, bound), bound, (value, bound) => {
        const [shown, shownBound] = [formatBeside(value, bound, unit), formatBound(bound, unit)];
        expect(Math.abs(read(shownBound) - bound)).toBeLessThanOrEqual(1e-12 * Math.abs(bound));
        const isEqual = Math.abs(value - bound) <= 1e-9 * Math.max(1, Math.abs(bound));
        expect(shown === shownBound).toBe(isEqual);
        if (!isEqual) expect(Math.sign(read(shown) - bound)).toBe(Math.sign(value - bound));
      }),
      { numRuns: 2000 },
    );
  },
);

test.each([
  [0.000_04, 'fraction', '0.00004'],
  [0.999_95, 'fraction', '0.99995'],
  [0.999_96, 'percent', '99.996%'],
  [-0.000_31, 'number', '-0.0003'],
  [0.001, 'number', '0.001'],
  [1 - 1e-12, 'fraction', '1'],
  [99.999, 'number', '100'],
] as const)('formatValue(%d, %s) shows a little as no nothing, and nearly all as not all', (value, unit, text) => {
  expect(formatValue(value, unit)).toBe(text);
});

test.each([
  [0.9, 'fraction', '0.9'],
  [0.9995, 'fraction', '0.9995'],
  [4000, 'ms', '4s'],
  [4001.5, 'ms', '4.0015s'],
  [90_000, 'ms', '1m 30s'],
  [90_500, 'ms', '90.5s'],
  [3_605_000, 'ms', '3605s'],
  [0.00123456, 'usd', '$0.00123456'],
  [120.5, 'tokens', '120.5'],
] as const)('formatBound(%d, %s) rounds nothing', (bound, unit, text) => {
  expect(formatBound(bound, unit)).toBe(text);
});

test('count', () => {
  expect(count(1, 'case')).toBe('1 case');
  expect(count(12_000, 'case')).toBe('12,000 cases');
});

test('formatShare', () => {
  expect([0, 0.000_031, 0.001, 0.125, 0.5, 0.109_37, 0.999_99, 1].map(formatShare)).toEqual([
    ...['0%', '0.003%', '0.1%', '12.5%', '50%', '10.94%', '99.99%', '100%'],
  ]);
});

test('formatWholeShare', () => {
  expect([0, 0.001, 0.5, 0.125, 0.997, 1].map(formatWholeShare)).toEqual(['0%', '1%', '50%', '13%', '99%', '100%']);
});

test('formatAbout', () => {
  expect([3, 99, 100, 334, 1_222, 999_999].map(formatAbout)).toEqual(['3', '99', '100', '340', '1,300', '1,000,000']);
});

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [9949, '9.9 kB'],
  [9960, '10 kB'],
  [999_499, '999 kB'],
  [999_500, '1.0 MB'],
  [999_999, '1.0 MB'],
  [999_999_999, '1.0 GB'],
  [999_999_999_999, '1.0 TB'],
  [12e15, '12000 TB'],
])('formatBytes(%d)', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

describe('whatever the number, what is shown', () => {
  const borders = [999.5, 999.95, 59_990, 59_994.9, 59_995, 3_599_499, 3_599_500, 0.000_01, 0.099_995, 0.999_95, 9.995];
  const amount = fc.oneof(
    fc.double({ min: -1e9, max: 1e9, noNaN: true }),
    fc.double({ min: -1, max: 1, noNaN: true }),
    fc.constantFrom(-0, ...borders, ...borders.map((border) => -border)),
  );
  const near = (shown: number, value: number, part: number) =>
    expect(Math.abs(shown - value)).toBeLessThanOrEqual(Math.abs(value) * part + 1e-300);

  it('as a time is read back to a twentieth, or to a twentieth of a millisecond', () => {
    fc.assert(
      fc.property(amount, (ms) => {
        const text = formatMilliseconds(ms);
        expect(text).toMatch(/^-?(?:\d{1,3}(?:\.\d)?ms|[1-5]?\d(?:\.\d{1,2})?s|[1-5]?\dm [0-5]\ds|\d+h [0-5]\dm)$/);
        expect(text).not.toMatch(/^-0[a-z]|\.0\D/);
        const units = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };
        const parts = [...text.matchAll(/([\d.]+)(ms|h|m|s)/g)];
        const size = parts.reduce((sum, [, n, unit]) => sum + Number(n) * units[unit as keyof typeof units], 0);
        expect(Math.abs(size - Math.abs(ms))).toBeLessThanOrEqual(Math.abs(ms) * 0.05 + 0.0501);
      }),
    );
  });

  it('as money is read back to a twentieth, and is nothing only where there is nothing', () => {
    fc.assert(
      fc.property(amount, (usd) => {
        const text = formatUsd(usd);
        expect(text).toMatch(usd === 0 ? /^\$0$/ : /^-?\$\d+(?:\.\d+)?(?:e-\d+)?$/);
        near(Number(text.replace('$', '')), usd, 0.051);
      }),
    );
  });

  it('as a share is 0% and 100% only where it is none and all', () => {
    fc.assert(
      fc.property(fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constant(0.999_95)), (share) => {
        const text = formatShare(share);
        expect(text).toMatch(/^\d{1,3}(?:\.\d+)?(?:e-\d+)?%$/);
        expect([text === '0%', text === '100%']).toEqual([share === 0, share === 1]);
      }),
    );
  });

  it('as a value has no minus before a zero', () => {
    const unit = fc.constantFrom('fraction', 'percent', 'tokens', 'ms', 'usd' as const);
    fc.assert(fc.property(amount, unit, (value, unit) => !/^-[$]?0(?:\.0*)?\D*$/.test(formatValue(value, unit))));
  });
});

test('formatBytes never shows a thousand of a unit that has a larger one', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 49 }), (bytes) => {
      expect(formatBytes(bytes)).toMatch(/^(\d\.\d|\d{1,3}) (B|kB|MB|GB|TB)$/);
    }),
  );
});

test('a number is written as JavaScript writes it in English', () => {
  expect([0, 7, 1000, 1234567, -1234, 1234.5].map(formatNumber)).toEqual([
    '0',
    '7',
    '1,000',
    '1,234,567',
    '-1,234',
    '1,234.5',
  ]);
  fc.assert(fc.property(fc.maxSafeInteger(), (n) => formatNumber(n) === n.toLocaleString('en-US')));
});
