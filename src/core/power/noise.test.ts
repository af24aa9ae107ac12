import { describe, expect, it } from 'vitest';
import { gateRule, metricEntry, suiteOf } from '../../../test/helpers/suite.js';
import type { CasePair } from '../gates/change-methods.js';
import { caseDigest, summariseMetrics } from '../scores/baseline.js';
import type { CaseScores } from '../scores/case-statistic.js';
import { createRandom, drawNormal } from '../stats/random.js';
import { assumeNoise, casesOf, countClusters, noiseOfPairs, noiseOfRun, scoresBefore } from './noise.js';

function scores(...values: number[]): CaseScores {
  return { values, passed: values.map((value) => value === 1) };
}

function pair(before: readonly number[], now: readonly number[], cluster: string): CasePair {
  return { case: cluster, cluster, before: scores(...before), now: scores(...now) };
}

describe('noiseOfRun', () => {
  it('tells the chance of trials from differences between cases', () => {
    const random = createRandom('noise');
    const chances = [0.5, 0.9, 1];
    const cases = Array.from({ length: 3_000 }, (_, index) =>
      scores(...[1, 2, 3].map(() => Number(random.uniform() < (chances[index % 3] ?? 0)))),
    );
    const noise = noiseOfRun(cases, 'rate');
    const trials = (0.25 + 0.09 + 0) / 3;
    expect(noise).toMatchObject({ yesOrNo: true, apart: true, change: 0 });
    expect(noise?.level).toBeCloseTo(0.8, 1);
    expect(noise?.trials).toBeCloseTo(trials, 2);
    expect(noise?.cases).toBeCloseTo(0.16 - trials, 1);
  });

  it('takes all spread for chance when each case has one trial, and says so', () => {
    expect(noiseOfRun([scores(1), scores(1), scores(1), scores(0)], 'rate')).toEqual({
      yesOrNo: true,
      level: 0.75,
      trials: 0.1875,
      cases: 0,
      change: 0,
      apart: false,
      source: '4 cases of the baseline with one trial each, all of whose spread is taken for chance',
    });
    expect(noiseOfRun([scores(0.2), scores(0.4)], 'mean')).toMatchObject({ yesOrNo: false, apart: false });
    expect(noiseOfRun([scores(0.2), scores(0.4)], 'mean')?.trials).toBeCloseTo(0.02, 12);
  });

  it('never takes agreement for certainty', () => {
    expect(noiseOfRun([scores(1, 1), scores(1, 1)], 'rate')?.trials).toBe(0.125);
  });

  it('is not known of fewer than two cases', () => {
    expect(noiseOfRun([], 'rate')).toBeNull();
    expect(noiseOfRun([scores(1, 0)], 'rate')).toBeNull();
  });
});

describe('noiseOfPairs', () => {
  it('takes what differs beyond the change for chance, with one trial of yes or no', () => {
    // 2 of 10 got worse, 2 got better: nothing changed, and two of five answers are chance
    const pairs = [1, 1, 0, 0, 2, 2, 2, 2, 2, 2].map((way, index) =>
      pair([way === 0 ? 0 : 1], [way === 1 ? 0 : 1], `c${index}`),
    );
    const noise = noiseOfPairs(pairs, 'rate');
    expect(noise).toMatchObject({ yesOrNo: true, level: 0.8, apart: true });
    expect(noise?.trials).toBeCloseTo(0.16, 12); // 0.2, but no rate of 0.8 allows for more
  });

  it('finds how differently cases have changed, with several trials', () => {
    const random = createRandom('pairs');
    const draw = (centre: number) => [1, 2].map(() => centre + 0.1 * drawNormal(random));
    const pairs = Array.from({ length: 2_000 }, (_, index) =>
      pair(draw(0.5), draw(index % 2 ? 0.7 : 0.3), `c${index}`),
    );
    const noise = noiseOfPairs(pairs, 'mean');
    expect(noise?.trials).toBeCloseTo(0.01, 3);
    expect(noise?.change).toBeCloseTo(0.04, 2);
  });

  it('counts cases of a group as what they tell together', () => {
    const alike = [0, 1, 2, 3].flatMap((group) => [1, 2, 3].map(() => pair([0.5], [0.5 + group / 10], `g${group}`)));
    const single = [0, 1, 2, 3].map((group) => pair([0.5], [0.5 + group / 10], `g${group}`));
    expect(noiseOfPairs(alike, 'mean')?.change).toBeCloseTo(noiseOfPairs(single, 'mean')?.change ?? 0, 12);
  });
});

describe('assumeNoise', () => {
  it('is the worst that a rate allows, and a stated deviation of fractions', () => {
    expect(assumeNoise(gateRule(), null)).toMatchObject({ level: 0.5, trials: 0.25, apart: false });
    expect(assumeNoise(gateRule(), 0.9)?.trials).toBeCloseTo(0.09, 12);
    expect(assumeNoise(gateRule({ metric: 'm', stat: 'mean' }), null)).toMatchObject({ level: null, trials: 0.0625 });
  });

  it('is nothing for time, cost and counts', () => {
    expect(assumeNoise(gateRule({ metric: 'm', stat: 'mean', unit: 'ms' }), null)).toBeNull();
  });
});

describe('what a gate covers', () => {
  const suite = { ...suiteOf(4, { tagged: 2 }), group: 'document' };
  const cases = suite.cases.map((testCase, index) => ({
    ...testCase,
    vars: index === 3 ? {} : { document: index === 0 ? 'a' : 'b' },
  }));

  it('are the cases with a score for it', () => {
    expect(casesOf(suite, gateRule({ where: ['safety'] }))).toHaveLength(2);
    expect(casesOf(suite, gateRule({ metric: 'score' }))).toHaveLength(4);
    expect(casesOf(suite, gateRule({ metric: 'other' }))).toHaveLength(0);
    expect(casesOf(suiteOf(2, { metrics: [metricEntry({ mark: null })] }), gateRule())).toHaveLength(0);
  });

  it('counts a group once', () => {
    expect(countClusters(suite, cases)).toBe(3);
    expect(countClusters({ group: null }, cases)).toBe(4);
    const [first, last] = [cases.at(0)?.id ?? '', cases.at(3)?.id ?? ''];
    const answers = new Map([
      [first, 0],
      [last, 0],
    ]);
    expect(countClusters({ group: null }, cases, answers)).toBe(3);
  });

  it('compares with cases that are the same in the baseline, under the same metric', () => {
    const [first, second, third] = suite.cases;
    const same = (index: number) => caseDigest(suite.cases[index] ?? { vars: {}, expected: undefined, metrics: [] });
    const column = {
      prompt: 'p',
      promptDigest: 'x',
      model: 'echo',
      samples: 3,
      metrics: { ...summariseMetrics(suite) },
      cases: {
        [first?.id ?? '']: { digest: same(0), scores: { pass: [1, null, 0] } },
        [second?.id ?? '']: { digest: 'another', scores: { pass: [1] } },
        [third?.id ?? '']: { digest: same(2), scores: { pass: [null] } },
      },
    };
    const found = scoresBefore(suite, column, gateRule());
    expect(found.map(({ scores }) => scores)).toEqual([{ values: [1, 0], passed: [true, false] }]);
    expect(
      scoresBefore(
        suite,
        { ...column, metrics: { pass: { digest: 'another', unit: 'fraction', better: 'higher' } } },
        gateRule(),
      ),
    ).toEqual([]);
    expect(scoresBefore(suite, { ...column, metrics: {} }, gateRule({ metric: 'constructor' }))).toEqual([]);
  });
});
