import { describe, expect, it } from 'vitest';
import type { LiveGate } from '../../model/live.js';
import type { StepCounts } from '../../model/live-counts.js';
import { judgeAll } from './judge-live.js';
import { lackingOf } from './lacking.js';
import { whyOpen } from './next.js';
import { NO_SUMS } from './sums.js';

type Counted = readonly [scored: number, missing: number];
const step = (weight: number, [n, missing]: Counted, [candidateN, candidateMissing]: Counted): StepCounts => {
  const ones = (many: number) => ({ n: many, sum: many, squares: many });
  return {
    ...{
      weight,
      since: `2030-01-01T00:00:0${Math.round(weight * 9)}.000Z`,
      calls: { control: n, candidate: candidateN },
    },
    streams: {
      s: {
        ...{ control: ones(n), candidate: ones(candidateN), paired: NO_SUMS },
        missing: { control: missing, candidate: candidateMissing },
      },
    },
  };
};

describe('what is missing', () => {
  it('is alike, or it is not, in either arm', () => {
    expect(lackingOf('s', [step(0.5, [900, 100], [890, 110])])).toBeNull();
    expect(lackingOf('s', [step(0.5, [1000, 0], [900, 100])])).toEqual({ control: 0, candidate: 0.1 });
    expect(lackingOf('s', [step(0.5, [900, 100], [1000, 0])])).toEqual({ control: 0.1, candidate: 0 });
    expect(lackingOf('s', [step(0.5, [100, 0], [0, 100])])).toEqual({ control: 0, candidate: 1 });
    expect(lackingOf('s', [step(0.5, [0, 0], [0, 0])])).toBeNull();
    expect(lackingOf('toString', [step(0.5, [1, 0], [0, 1])])).toBeNull();
  });

  it('weighs on both arms when a judge has a bad hour, whatever their shares in it', () => {
    expect(lackingOf('s', [step(0.1, [900, 0], [100, 0]), step(0.9, [50, 50], [450, 450])])).toBeNull();
    expect(lackingOf('s', [step(0.1, [450, 450], [50, 50]), step(0.9, [100, 0], [855, 45])])).not.toBeNull();
  });

  it('is not covered by a step without a control', () => {
    expect(lackingOf('s', [step(0.5, [100, 0], [100, 0]), step(1, [0, 0], [700, 100])])).not.toBeNull();
    expect(lackingOf('s', [step(1, [0, 0], [700, 100])])).toEqual({ control: 0, candidate: 0.125 });
  });
});

describe('a gate', () => {
  const gate = (bound: LiveGate['bound']): LiveGate => ({
    ...{ prompt: 'reply', metric: 'tone', stat: 'rate', stream: 's', values: 'rate', better: 'higher', level: 'error' },
    bound,
  });

  it.each([
    gate({ kind: 'change', margin: 0.2, relative: false }),
    gate({ kind: 'value', side: 'min', threshold: 0.8 }),
  ])('does not pass by what is left of one arm: $bound.kind', (own) => {
    const judged = (candidate: Counted) =>
      judgeAll([own], { rollout: 'live-2', steps: [step(0.5, [1000, 0], candidate)] })[0];
    expect(judged([1000, 0])).toMatchObject({ verdict: 'pass', needed: 0 });
    expect(judged([1000, 0])).not.toHaveProperty('lacking');
    const left = judged([800, 200]);
    expect(left).toMatchObject({ verdict: 'wait', needed: null, lacking: { control: 0, candidate: 0.2 } });
    expect(left && whyOpen(left)).toBe(
      "cannot pass: 20% of the candidate's calls have no value, and 0% of the control's",
    );
  });

  it('fails all the same', () => {
    const bad = step(0.5, [1000, 0], [1000, 300]);
    const { s } = bad.streams;
    const steps = [
      { ...bad, streams: { s: { ...s, candidate: { n: 1000, sum: 100, squares: 100 } } } },
    ] as StepCounts[];
    const [found] = judgeAll([gate({ kind: 'change', margin: 0.1, relative: false })], { rollout: 'live-2', steps });
    expect(found?.verdict).toBe('fail');
  });
});
