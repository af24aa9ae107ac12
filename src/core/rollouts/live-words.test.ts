import { describe, expect, it } from 'vitest';
import { liveWords, type WordedGate } from './live-words.js';

const errors: WordedGate = {
  ...({ metric: 'errors', values: 'rate', better: 'lower' } as const),
  bound: { kind: 'change', margin: 0.05, relative: false },
};
const latency: WordedGate = {
  ...({ metric: 'latency', values: 'log-mean', better: 'lower' } as const),
  bound: { kind: 'change', margin: 0.8, relative: true },
};
const score: WordedGate = {
  ...({ metric: 'politeness', values: 'mean', better: 'higher' } as const),
  bound: { kind: 'change', margin: 0.05, relative: false },
};

describe('a live gate in words', () => {
  it.each<readonly [string, WordedGate, number, string, string]>([
    ['a rate that rose', errors, -0.0128, '1.28 points higher', 'at most 5 points higher'],
    ['a rate that fell', errors, 0.01, '1 point lower', 'at most 5 points higher'],
    ['none', errors, 0, 'no change', 'at most 5 points higher'],
    ['none but what sums are off by', score, 1.09e-16, 'no change', 'at most 0.05 lower'],
    ['slower', latency, -0.374, '37.4% slower', 'at most 80% slower'],
    ['faster', latency, 0.374, '37.4% faster', 'at most 80% slower'],
    ['dearer', { ...latency, metric: 'cost' }, -0.006, '0.6% more expensive', 'at most 80% more expensive'],
    ['a score that fell', score, -0.0214, '0.0214 lower', 'at most 0.05 lower'],
    ['on the wrong side of its bound', score, -0.050004, '0.050004 lower', 'at most 0.05 lower'],
    [
      'no room',
      { ...score, bound: { kind: 'change', margin: 0, relative: false } },
      0.1,
      '0.1 higher',
      'nothing worse',
    ],
    [
      'a share by itself',
      { ...errors, bound: { kind: 'value', side: 'max', threshold: 0.02 } },
      0.015,
      '1.5%',
      'at most 2%',
    ],
    [
      'a time by itself',
      { ...latency, bound: { kind: 'value', side: 'max', threshold: 2500 } },
      1234,
      '1.23s',
      'at most 2.5s',
    ],
  ])('%s', (_, gate, estimate, found, allowed) => {
    expect(liveWords({ gate, estimate, low: null, high: null })).toEqual({ found, bounds: null, allowed });
  });

  it('a side of which nothing is known is no number', () => {
    expect(liveWords({ gate: errors, estimate: null, low: null, high: null }).found).toBe(null);
    expect(liveWords({ gate: errors, estimate: -1, low: null, high: -0.4 }).bounds).toBe('? to 40 points higher');
    expect(liveWords({ gate: latency, estimate: 0, low: -0.2, high: 0.1 }).bounds).toBe('20% slower to 10% faster');
  });
});
