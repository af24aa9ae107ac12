import { describe, expect, it } from 'vitest';
import { columnOf, metricEntry, suiteOf } from '../../test/helpers/suite.js';
import { makePlan } from '../core/scores/plan.js';
import { ScoreTable } from '../core/scores/score-table.js';
import type { GateResult } from '../model/run-record.js';
import type { Suite } from '../model/suite.js';
import { type Round, Rounds } from './rounds.js';

/** A plan of one column; rounds only look at the cases, the trials and the tags. */
function roundsOf(suite: Suite) {
  const column = { prompt: { id: 'p' }, model: { text: 'm' }, gates: [] } as never;
  const plan = makePlan([{ ...suite, columns: [column] }]);
  const scores = new ScoreTable(suite);
  return { rounds: new Rounds(plan), judged: [columnOf(scores, { suite })], scores };
}

const gate = (changes: Partial<GateResult> = {}) =>
  ({ metric: 'pass', where: [], verdict: 'inconclusive', ...changes }) as unknown as GateResult;
const listed = (round: Round | null) => [...(round?.([0]) ?? [])].map(({ case: { id }, trial }) => `${id}/${trial}`);
const adaptive = (cases: number, options: Parameters<typeof suiteOf>[1] = {}) => ({
  ...suiteOf(cases, { trials: 3, ...options }),
  firstTrials: 1,
});

describe('rounds of trials', () => {
  it('first come those that every case gets, then one more at a time while a gate is open, up to the most', () => {
    const { rounds, judged } = roundsOf(adaptive(2));
    expect(listed(rounds.first())).toEqual(['case-1/1', 'case-2/1']);
    expect(rounds.scheduled).toBe(2);
    expect(listed(rounds.next([[gate()]], judged))).toEqual(['case-1/2', 'case-2/2']);
    expect(listed(rounds.next([[gate()]], judged))).toEqual(['case-1/3', 'case-2/3']);
    expect(rounds.next([[gate()]], judged)).toBeNull();
    expect(rounds.scheduled).toBe(6);
  });

  it.each(['pass', 'fail', 'error'] as const)('none when every gate says %s', (verdict) => {
    const { rounds, judged } = roundsOf(adaptive(2));
    expect(rounds.next([[gate({ verdict })]], judged)).toBeNull();
    expect(rounds.next([[]], judged)).toBeNull();
    expect(rounds.scheduled).toBe(2);
  });

  it('only for the cases of gates that are open', () => {
    const { rounds, judged } = roundsOf(adaptive(3, { tagged: 1 }));
    const gates = [gate({ verdict: 'pass' }), gate({ where: ['safety'] })];
    expect(listed(rounds.next([gates], judged))).toEqual(['case-1/2']);
    expect(listed(rounds.next([[gate()]], judged))).toEqual(['case-1/3', 'case-2/2', 'case-3/2']);
  });

  it('only for cases that have a score of the metric: others would cost and say nothing', () => {
    const metrics = [metricEntry(), metricEntry({ id: 'careful', where: ['safety'] })];
    const { rounds, judged } = roundsOf(adaptive(3, { tagged: 1, metrics }));
    expect(listed(rounds.next([[gate({ metric: 'careful' })]], judged))).toEqual(['case-1/2']);
  });

  it('what a round is to make is missing until it is there, so that nothing passes meanwhile', () => {
    const { rounds, judged, scores } = roundsOf(adaptive(1));
    scores.set(0, 1, [{ id: 'equals', value: 1, passed: true }]);
    expect(scores.select('equals').missing).toBe(0);
    rounds.next([[gate()]], judged);
    expect(scores.select('equals').missing).toBe(1);
    scores.unplan(0, 2);
    expect(scores.select('equals')).toMatchObject({ missing: 0, values: [1] });
  });
});
