import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDuration, readAllowances } from './allowances.js';

const NOW = Date.parse('2026-03-01T12:00:00Z');

describe('readAllowances', () => {
  it("reads OpenAI's, whose reset is a duration", () => {
    const headers = new Headers({
      'x-ratelimit-limit-requests': '60',
      'x-ratelimit-remaining-requests': '59',
      'x-ratelimit-reset-requests': '1s',
      'x-ratelimit-limit-tokens': '150000',
      'x-ratelimit-remaining-tokens': '149984',
      'x-ratelimit-reset-tokens': '6m0s',
    });
    expect(readAllowances(headers, NOW)).toEqual([
      { unit: 'requests', remaining: 59, limit: 60, resetMs: 1000 },
      { unit: 'tokens', remaining: 149_984, limit: 150_000, resetMs: 360_000 },
    ]);
  });

  it("reads Anthropic's, whose reset is a point in time", () => {
    const headers = new Headers({
      'anthropic-ratelimit-requests-limit': '50',
      'anthropic-ratelimit-requests-remaining': '0',
      'anthropic-ratelimit-requests-reset': '2026-03-01T12:00:30Z',
      'anthropic-ratelimit-input-tokens-remaining': '9000',
      'anthropic-ratelimit-input-tokens-reset': '2026-03-01T12:00:01Z',
      'anthropic-ratelimit-output-tokens-remaining': '7000',
    });
    expect(readAllowances(headers, NOW)).toEqual([
      { unit: 'requests', remaining: 0, limit: 50, resetMs: 30_000 },
      { unit: 'input-tokens', remaining: 9000, limit: null, resetMs: 1000 },
      { unit: 'output-tokens', remaining: 7000, limit: null, resetMs: null },
    ]);
  });

  it("measures a point in time by the service's clock, not by ours", () => {
    const headers = new Headers({
      date: 'Sun, 01 Mar 2026 13:00:00 GMT',
      'anthropic-ratelimit-requests-remaining': '0',
      'anthropic-ratelimit-requests-reset': '2026-03-01T13:00:05Z',
    });
    expect(readAllowances(headers, NOW)).toMatchObject([{ resetMs: 5000 }]);
  });

  it('takes what cannot be read for not said', () => {
    const headers = new Headers({
      // Azure, where nothing is limited
      'x-ratelimit-limit-tokens': '-1',
      'x-ratelimit-remaining-tokens': '-1',
      'x-ratelimit-reset-tokens': '0',
      'x-ratelimit-remaining-requests': 'many',
      'anthropic-ratelimit-tokens-remaining': '',
    });
    expect(readAllowances(headers, NOW)).toEqual([]);
    expect(readAllowances(new Headers(), NOW)).toEqual([]);
  });

  it('never throws, and never gives a number below 0', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (remaining, reset) => {
        const get = (name: string) => (name.includes('reset') ? reset : remaining);
        for (const allowance of readAllowances({ get }, NOW)) {
          expect(allowance.remaining).toBeGreaterThanOrEqual(0);
          expect(allowance.resetMs ?? 0).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});

describe('parseDuration', () => {
  it.each([
    ['6m0s', 360_000],
    ['1s', 1000],
    ['20ms', 20],
    ['1h2m3.5s', 3_723_500],
    ['8.64s', 8640],
    ['0s', 0],
    ['30', 30_000],
    ['1.5', 1500],
    ['', null],
    ['soon', null],
    ['6m0', null],
    ['-1s', null],
    [null, null],
  ])('%j is %j ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });
});
