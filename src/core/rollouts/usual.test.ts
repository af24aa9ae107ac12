import { expect, it } from 'vitest';
import type { LedgerLine } from '../../model/ledger.js';
import type { RolloutCounts } from '../../model/live-counts.js';
import { usualOf } from './usual.js';

const sums = (n: number) => ({ n, sum: n, squares: n });
const nothing = sums(0);

/** The end of a rollout that was decided by these counts of what was live. */
function endedBy(streams: Readonly<Record<string, number>>, series: RolloutCounts['series']): LedgerLine {
  const counts: RolloutCounts = {
    rollout: 'production-1',
    series,
    steps: [
      {
        ...{ weight: 0.5, since: '2035-01-01T00:00:00.000Z', calls: { control: 100, candidate: 100 } },
        streams: Object.fromEntries(
          Object.entries(streams).map(([name, n]) => [name, { control: sums(n), candidate: nothing, paired: nothing }]),
        ),
      },
    ],
  };
  const line = { n: 2, action: 'complete', rollout: 1, at: '2035-01-01T00:10:00.000Z', figures: { counts } };
  return line as unknown as LedgerLine;
}

it('knows scores of the last rollout by what gates call them, and none of a judge that was another before its end', () => {
  const counted = { 'reply errors': 7, 'reply judge passed #old': 40, 'reply judge passed #new': 60 };
  const { streams } = usualOf([endedBy(counted, { 'reply judge': 'new' })], []);
  expect(streams.get('reply errors')).toEqual(sums(7));
  expect(streams.get('reply judge passed')).toEqual(sums(60));
});

it('prefers what gateways have counted since', () => {
  const since = { since: '2035-01-01T00:00:00.000Z', until: '2035-01-01T00:10:00.000Z' };
  const lately = { ...since, prompt: 'reply', calls: 600, streams: { 'reply errors': sums(500) } };
  const { streams, rates } = usualOf([endedBy({ 'reply errors': 7 }, undefined)], [lately]);
  expect(streams.get('reply errors')).toEqual(sums(500));
  expect(rates.get('reply')).toBe(1);
});
