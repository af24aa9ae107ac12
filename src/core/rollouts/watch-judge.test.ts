import { describe, expect, it } from 'vitest';
import { createRandom, drawNormal } from '../stats/random.js';
import { type JudgedScore, WATCHED, watchJudge } from './watch-judge.js';

const random = createRandom(7);
const scores = (mean: number, size = 400): JudgedScore[] =>
  Array.from({ length: WATCHED }, () => ({
    value: mean + 0.2 * drawNormal(random),
    size: size * Math.exp(0.5 * drawNormal(random)),
  }));
const alike = (value: number, times: number): JudgedScore[] =>
  scores(0.5).map((score, index) => (index < times ? { ...score, value } : score));

describe('a judge', () => {
  it('that tells answers apart, and goes on as it did, is not spoken of', () => {
    for (let run = 0; run < 200; run++) expect(watchJudge(scores(0.6), scores(0.6))).toBe(null);
    expect(watchJudge([], scores(0.6))).toBe(null);
    expect(watchJudge([], scores(0.6).slice(1))).toBe(null);
  });

  it('that says nearly always the same is told, from 98 in 100', () => {
    expect(watchJudge([], alike(1, 98))).toBe('98 of its last 100 scores are 1: it hardly tells answers apart');
    expect(watchJudge([], alike(1, 97))).toBe(null);
  });

  it('whose scores of an unchanged release move is told, unless the traffic has moved', () => {
    expect(watchJudge(scores(0.6), scores(0.8))).toMatch(/went from 0\.\d+ to 0\.\d+/);
    expect(watchJudge(scores(0.6), scores(0.8, 900))).toBe(null);
    const long = (size: number, mean: number) => scores(mean).map(({ value }) => ({ value, size }));
    expect(watchJudge(long(400, 0.6), long(410, 0.8))).toMatch(/went from/);
    expect(watchJudge(long(400, 0.6), long(500, 0.8))).toBe(null);
    expect(
      watchJudge(
        alike(1, 0).map((each) => ({ ...each, value: 1 })),
        scores(0.2),
      ),
    ).toMatch(/went from 1 to/);
  });
});
