import { describe, expect, it } from 'vitest';
import { scoreOf } from '../../test/helpers/score.js';
import { metricEntrySchema } from './access.js';
import { regex } from './regex.js';

const issuesOf = (entry: object) =>
  metricEntrySchema(regex)
    .safeParse({ metric: 'regex', ...entry })
    .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);

describe('regex', () => {
  it.each([
    [{ pattern: '(' }, 'pattern: not a regular expression: Unterminated group'],
    [{ pattern: 'a/(b' }, 'pattern: not a regular expression: Unterminated group'],
    [{ pattern: '\\-', flags: 'u' }, 'pattern: not a regular expression: Invalid escape'],
    [{ pattern: 'a', flags: 'g' }, 'flags: flags are some of i, m, s and u (or v), each once'],
    [{ pattern: 'a', flags: 'ii' }, 'flags: flags are some of i, m, s and u (or v), each once'],
    [{ pattern: 'a', flags: 'vu' }, 'flags: flags are some of i, m, s and u (or v), each once'],
  ])('refuses %j', (entry, issue) => {
    expect(issuesOf(entry)).toEqual([issue]);
  });

  it('accepts a pattern that only its flags make right', () => {
    expect(issuesOf({ pattern: '[\\p{L}--[a-z]]', flags: 'v' })).toBeUndefined();
    expect(issuesOf({ pattern: '\\-' })).toBeUndefined();
  });

  it.each([
    ['^(\\w+\\s?)+$', `${'a'.repeat(60)}!`],
    ['^(a|a)+$', `${'a'.repeat(60)}!`],
    ['a+b', 'a'.repeat(1_000_000)],
  ])('gives no score when a hostile text makes %s backtrack without end', async (pattern, output) => {
    const score = await scoreOf(regex, { params: { pattern }, output });
    expect(score).toEqual({ value: null, reason: `"${pattern}" took too long: it backtracks` });
  });
});
