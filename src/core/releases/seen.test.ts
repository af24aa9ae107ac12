import { describe, expect, it } from 'vitest';
import { hour } from '../../../test/helpers/ledger.js';
import { describeSeen, whoHasSeen } from './seen.js';

const HASH = 'a'.repeat(64);
const HEAD = { n: 5, hash: HASH, at: hour(0) };
const NOW = Date.parse(hour(1));
const report = (reader: string, line: number, secondsAgo: number) => ({
  ...{ reader, line, hash: line === 5 ? HASH : 'b'.repeat(64), at: new Date(NOW - 1000 * secondsAgo).toISOString() },
});
const said = (reports: readonly ReturnType<typeof report>[] | null, isBack = true) =>
  describeSeen(reports && whoHasSeen(reports, HEAD, NOW), isBack, NOW);

describe('who has seen what is live', () => {
  it.each([
    ['all have', [report('a', 5, 1), report('b', 6, 30)], 'seen by 2 of 2 resolvers'],
    ['one is behind', [report('a', 5, 1), report('b', 4, 30)], 'seen by 1 of 2 resolvers; not by b (line 4)'],
    [
      'one says nothing',
      [report('a', 5, 1), report('b', 5, 600)],
      'seen by 1 of 2 resolvers; b (line 5) is silent for 10m',
    ],
    [
      'one is of a fork',
      [{ ...report('a', 5, 1), hash: 'c'.repeat(64) }],
      'seen by 0 of 1 resolver; not by a (line 5)',
    ],
    [
      'the last is long gone',
      [report('a', 5, 4000)],
      'how many apps have seen the rollback is not known: none reports to this store',
    ],
    ['none ever was', [], 'how many apps have seen the rollback is not known: none reports to this store'],
    [
      'there is no place for reports',
      null,
      'how many apps have seen the rollback is not known: none reports to this store',
    ],
  ])('%s', (_, reports, words) => {
    expect(said(reports)).toBe(words);
  });

  it('says nothing where nothing was rolled back and nobody reports', () => {
    expect(said([], false)).toBeNull();
  });
});
