import { describe, expect, it } from 'vitest';
import { callOf } from '../../../test/helpers/finished-call.js';
import type { Score } from '../../model/run-record.js';
import { ScoreBoard } from './score-board.js';
import type { ScoredMetric } from './scored-metrics.js';

const metric = (judged: boolean): ScoredMetric =>
  ({ entry: { id: 'tone' }, series: 's', costs: judged, judged }) as Partial<ScoredMetric> as ScoredMetric;
const score = (value: number | null, over: Partial<Score> = {}): Score => ({
  ...{ id: 'tone', metric: 'judge', value, passed: value === null ? null : value >= 0.5, reason: 'because' },
  ...over,
});

function open() {
  const told: string[] = [];
  const board = new ScoreBoard(
    (text) => text.replaceAll('sk-live-4711', '[redacted]'),
    (line) => void told.push(line),
  );
  return { board, told };
}

describe('the board of scores', () => {
  it('counts by arm; what does not apply is no score, and lacks none', () => {
    const { board } = open();
    board.add(callOf({ arm: 'control' }), metric(false), score(1));
    board.add(callOf({ arm: 'candidate' }), metric(false), score(0));
    board.add(callOf({ arm: 'candidate' }), metric(false), score(null, { notApplicable: true }));
    board.add(callOf({ arm: 'candidate' }), metric(false), score(null));
    board.miss(callOf({ arm: 'control' }), metric(false), 'dropped');
    expect(board.status().metrics).toMatchObject([
      {
        scored: { control: 1, candidate: 1 },
        failed: { control: 0, candidate: 1 },
        means: { control: 1, candidate: 0 },
        missing: { control: 0, candidate: 1 },
        dropped: { control: 1, candidate: 0 },
      },
    ]);
  });

  it('shows the newest failed calls without personal data and keys, and cut', () => {
    const { board } = open();
    const answer = callOf().answer;
    const text = `Ann <ann@acme.org>, key sk-live-4711. ${'x'.repeat(5000)}`;
    for (let n = 0; n < 30; n++)
      board.add(
        callOf({ id: `c-${n}`, answer: answer && { ...answer, text } }),
        metric(false),
        score(0, { reason: 'it names ann@acme.org' }),
      );
    const { failed } = board.status();
    expect(failed).toHaveLength(20);
    expect(failed[0]).toMatchObject({ call: 'c-29', reason: 'it names [email-1]' });
    expect(failed[0]?.answer).toContain('Ann <[email-1]>, key [redacted].');
    expect(failed[0]?.answer.length).toBeLessThan(700);
    expect(JSON.stringify(failed)).not.toMatch(/acme|4711/);
  });

  it('tells once that scores are missing, why, and of a judge that hardly tells answers apart', () => {
    const { board, told } = open();
    for (let n = 0; n < 3; n++) board.add(callOf(), metric(true), score(null, { reason: 'no answer: sk-live-4711' }));
    expect(told).toEqual([
      'a score of tone (team/reply) is missing: no answer: [redacted]; the status counts further ones',
    ]);
    for (let n = 0; n < 300; n++) board.add(callOf({ arm: 'control' }), metric(true), score(1));
    expect(told.slice(1)).toEqual([
      'the judge of tone (team/reply): 100 of its last 100 scores are 1: it hardly tells answers apart',
    ]);
    expect(board.status().metrics[0]?.note).toContain('hardly tells');
    for (let n = 0; n < 100; n++) board.add(callOf({ arm: 'control' }), metric(true), score((n % 10) / 10));
    expect(board.status().metrics[0]?.note).not.toContain('hardly tells');
  });
});
