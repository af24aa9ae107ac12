import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { hasReferenceData, referencePath } from '../../../test/helpers/reference-data.js';
import { countMisses, drawBeta, draws, drawYes } from '../../../test/helpers/simulate.js';
import { columnOf, gateRule, metricEntry, suiteOf } from '../../../test/helpers/suite.js';
import type { Stat } from '../../model/gate.js';
import { judgeGates } from '../gates/gate.js';
import { clopperPearson } from '../stats/proportion.js';
import { drawNormal, type Random } from '../stats/random.js';
import { type ScoreSelection, ScoreTable } from './score-table.js';
import { type Bounds, correctedRate, type NoiseRules, statisticOf } from './statistic.js';

/** The scores of cases, each a list of its trials. */
function selectionOf(cases: readonly (readonly number[])[], clusterOf = (index: number) => index): ScoreSelection {
  const places = cases.flatMap((trials, index) => trials.map(() => index));
  const values = cases.flat();
  return {
    values,
    passed: values.map((value) => value >= 0.5),
    cases: places,
    clusters: places.map(clusterOf),
    missing: 0,
    notApplicable: 0,
  };
}

const noise = (changes: Partial<NoiseRules> = {}): NoiseRules => ({
  confidence: 0.9,
  inference: 'population',
  unit: 'fraction',
  ...changes,
});
const boundsOf = (
  cases: readonly (readonly number[])[],
  stat: Stat,
  changes: Partial<NoiseRules> = {},
): Bounds | null => statisticOf(stat).bounds(selectionOf(cases), noise(changes));
const estimateOf = (cases: readonly (readonly number[])[], stat: Stat) =>
  statisticOf(stat).estimate(selectionOf(cases));

describe('every case counts alike', () => {
  it('also when some had more trials than others', () => {
    expect(estimateOf([[1, 1, 1, 1], [0]], 'rate')).toBe(0.5);
    expect(estimateOf([[1, 1, 1, 1], [0]], 'mean')).toBe(0.5);
    expect(estimateOf([[0.2, 0.4], [0.9]], 'mean')).toBeCloseTo(0.6, 12);
  });

  it('further trials that say the same change no estimate', () => {
    const cases = [[1], [0], [1]];
    const more = [[1, 1, 1], [0], [1]];
    expect(estimateOf(more, 'rate')).toBe(estimateOf(cases, 'rate'));
  });
});

describe('further trials of some cases', () => {
  /** Two trials of every case in any event, and more of the first two. */
  const table = (values: readonly (readonly number[])[]) => {
    const entry = metricEntry({ id: 'length', unit: 'characters', mark: null });
    const scores = new ScoreTable({ ...suiteOf(values.length, { trials: 5, metrics: [entry] }), firstTrials: 2 });
    for (const [place, trials] of values.entries()) {
      for (const [index, value] of trials.entries()) {
        scores.plan(place, index + 1);
        scores.set(place, index + 1, [{ id: 'length', value, passed: null }]);
      }
    }
    return scores.select('length');
  };
  const asked = [
    [10, 10],
    [20, 20],
    [90, 90],
  ];
  const pooled = ['sum', 'min', 'max', 'median', 'p90'] as const;

  it('change no sum, extreme or quantile when they say the same', () => {
    const more = [[10, 10, 10, 10, 10], [20, 20, 20], asked[2] ?? []];
    for (const stat of pooled) {
      expect([stat, statisticOf(stat).estimate(table(more))]).toEqual([stat, statisticOf(stat).estimate(table(asked))]);
      expect(statisticOf(stat).bounds(table(more), noise({ unit: 'characters' }))).toEqual(
        statisticOf(stat).bounds(table(asked), noise({ unit: 'characters' })),
      );
    }
  });

  it('of all cases tell more of a sum, which does not grow with them, and no more extremes', () => {
    const more = table(asked.map((trials) => [...trials, 0, 300]));
    expect(statisticOf('sum').estimate(more)).toBe((240 + 900) / 2);
    expect(statisticOf('sum').bounds(more, noise({ unit: 'characters' }))?.low).toBeLessThan(570);
    expect([statisticOf('min').estimate(more), statisticOf('max').estimate(more)]).toEqual([10, 90]);
  });
});

describe('a rate', () => {
  it('of one trial a case has the exact bounds', () => {
    expect(
      boundsOf(
        draws(30, (index) => [index < 27 ? 1 : 0]),
        'rate',
      ),
    ).toEqual(clopperPearson(27, 30, 0.9));
  });

  it('of trials that all agree is as sure as one trial a case', () => {
    const repeat = (trials: number) => draws(30, () => draws(trials, () => 1));
    expect(boundsOf(repeat(5), 'rate')).toEqual(boundsOf(repeat(1), 'rate'));
  });

  it('never proves more by failures than by none', () => {
    const all =
      boundsOf(
        draws(30, () => [1, 1, 1, 1, 1]),
        'rate',
      )?.low ?? 0;
    for (let failures = 1; failures < 6; failures++) {
      const some = draws(30, (index) => [index < failures ? 0 : 1, 1, 1, 1, 1]);
      expect(boundsOf(some, 'rate')?.low).toBeLessThanOrEqual(all);
    }
  });

  it('of one case with several trials has no bounds: nothing is known of other cases', () => {
    expect(boundsOf([[1, 0, 1]], 'rate')).toBeNull();
    expect(boundsOf([[1, 0, 1]], 'rate', { inference: 'suite' })).not.toBeNull();
  });

  it('of cases in groups counts the groups', () => {
    const cases = draws(30, (index) => [index % 10 < 8 ? 1 : 0]);
    const width = (bounds: Bounds | null) => (bounds?.high ?? Number.NaN) - (bounds?.low ?? Number.NaN);
    const apart = statisticOf('rate').bounds(selectionOf(cases), noise());
    const alike = statisticOf('rate').bounds(
      selectionOf(cases, (index) => index % 10),
      noise(),
    );
    expect(width(alike)).toBeGreaterThan(1.4 * width(apart));
  });
});

describe('a rate that is corrected for the errors of its metric', () => {
  const corrected = correctedRate({ sensitivity: { hits: 95, n: 100 }, specificity: { hits: 95, n: 100 } });
  const bounds = (selection: ScoreSelection, changes: Partial<NoiseRules> = {}) =>
    corrected.bounds(selection, noise(changes)) ?? { low: Number.NaN, high: Number.NaN };
  const marks = [1, 1, 1, 1, 0];
  const once = selectionOf(marks.map((mark) => [mark]));
  const often = selectionOf(marks.map((mark) => draws(20, () => [mark]).flat()));

  it('is as sure of five cases as five are, however often each is asked', () => {
    const [one, many] = [bounds(once), bounds(often)];
    expect(many.low).toBeLessThanOrEqual((one.low ?? 0) + 1e-9);
    // What was asked for of these cases alone is known by every trial
    expect(bounds(often, { inference: 'suite' }).low).toBeGreaterThan((one.low ?? 1) + 0.2);
  });

  it('is as sure of cases that are alike as their groups are many', () => {
    const cases = draws(40, (index) => [index % 4 > 0 ? 1 : 0]);
    const alike = bounds(selectionOf(cases, (index) => index % 4));
    expect(alike.low).toBeLessThan((bounds(selectionOf(cases)).low ?? 0) - 0.2);
  });

  it('counts every case alike when some had more trials', () => {
    const uneven = selectionOf([[1], [1], [1], [1], draws(20, () => [0]).flat()]);
    expect(corrected.estimate(uneven)).toBeCloseTo(corrected.estimate(once) ?? Number.NaN, 12);
  });
});

describe('times, costs and counts are not taken for fractions, however small', () => {
  it('costs of a fifth of a cent are not thought to reach a dollar', () => {
    const costs = draws(10, (index) => [0.002 + index / 1e6]);
    expect(boundsOf(costs, 'mean', { unit: 'usd' })?.high).toBeLessThan(0.0021);
    const equal = draws(10, () => [0.002]);
    expect([boundsOf(equal, 'mean', { unit: 'usd' }), boundsOf(equal, 'mean')?.low]).toEqual([null, 0]);
    expect(boundsOf(equal, 'mean')?.high).toBeGreaterThan(0.2);
  });

  it('when all are equal, nothing bounds them: ten outputs with no finding prove none of others', () => {
    for (const [stat, unit] of [
      ['mean', 'number'],
      ['sum', 'number'],
      ['mean', 'usd'],
    ] as const) {
      const none = draws(10, () => [0]);
      expect(boundsOf(none, stat, { unit })).toBeNull();
      expect(boundsOf([...none, [1]], stat, { unit })?.high).toBeGreaterThan(0.2);
    }
  });

  it('a long tail widens the side on which it is', () => {
    const bounds = boundsOf([[1], [1], [1.2], [0.9], [1.1], [6]], 'mean', { unit: 'ms' });
    const centre = 11.2 / 6;
    expect((bounds?.high ?? 0) - centre).toBeGreaterThan(1.5 * (centre - (bounds?.low ?? 0)));
  });
});

describe('n = 1, all equal, all pass, all fail', () => {
  it.each<[string, readonly (readonly number[])[], Stat, Partial<NoiseRules>, Partial<Bounds> | null]>([
    ['one pass', [[1]], 'rate', {}, { low: 0.05, high: 1 }],
    ['one failure', [[0]], 'rate', {}, { low: 0, high: 0.95 }],
    ['one time', [[400]], 'mean', { unit: 'ms' }, null],
    ['no value', [], 'mean', { unit: 'ms' }, null],
    ['equal times', [[4], [4], [4]], 'mean', { unit: 'ms' }, null],
    ['one value', [[4]], 'median', {}, null],
    ['pass^2 of one trial', [[1], [1]], 'pass^2', {}, null],
    ['the largest', [[1], [2]], 'max', {}, null],
  ])('%s', (_, cases, stat, changes, expected) => {
    const bounds = boundsOf(cases, stat, changes);
    if (expected === null) expect(bounds).toBeNull();
    else {
      expect(bounds?.low).toBeCloseTo(expected.low ?? Number.NaN, 9);
      expect(bounds?.high).toBeCloseTo(expected.high ?? Number.NaN, 9);
    }
  });
});

describe('properties', () => {
  const trials = (value: fc.Arbitrary<number>) =>
    fc.array(fc.array(value, { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 20 });
  const cases = fc.oneof(trials(fc.constantFrom(0, 1)), trials(fc.double({ min: 0, max: 1, noNaN: true })));
  const stat = fc.constantFrom<Stat>('rate', 'mean', 'median', 'p90', 'pass@1', 'pass^1');
  const inference = fc.constantFrom('population' as const, 'suite' as const);

  test('bounds enclose the estimate and stay in [0, 1]', () => {
    fc.assert(
      fc.property(cases, stat, inference, (all, of, of2) => {
        const estimate = estimateOf(all, of) ?? Number.NaN;
        const { low, high } = boundsOf(all, of, { inference: of2 }) ?? { low: null, high: null };
        expect(low ?? 0).toBeLessThanOrEqual(estimate + 1e-9);
        expect(high ?? 1).toBeGreaterThanOrEqual(estimate - 1e-9);
        if (of2 === 'suite') return;
        expect(low ?? 0).toBeGreaterThanOrEqual(0);
        expect(high ?? 1).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('the order of the rows does not matter', () => {
    fc.assert(
      fc.property(cases, stat, inference, (all, of, how) => {
        const selection = selectionOf(all);
        const back = <T>(list: readonly T[]) => list.toReversed();
        const reversed: ScoreSelection = {
          values: back(selection.values),
          passed: back(selection.passed),
          cases: back(selection.cases),
          clusters: back(selection.clusters),
          missing: 0,
          notApplicable: 0,
        };
        const one = statisticOf(of).bounds(selection, noise({ inference: how }));
        const other = statisticOf(of).bounds(reversed, noise({ inference: how }));
        expect(other?.low ?? 9).toBeCloseTo(one?.low ?? 9, 9);
        expect(other?.high ?? 9).toBeCloseTo(one?.high ?? 9, 9);
      }),
    );
  });

  test('zeros for ones turn the interval round', () => {
    fc.assert(
      fc.property(trials(fc.constantFrom(0, 1)), inference, (all, how) => {
        const one = boundsOf(all, 'mean', { inference: how });
        const turned = all.map((own) => own.map((value) => 1 - value));
        const other = boundsOf(turned, 'mean', { inference: how });
        expect(other?.low ?? 9).toBeCloseTo(1 - (one?.high ?? -8), 9);
        expect(other?.high ?? 9).toBeCloseTo(1 - (one?.low ?? -8), 9);
      }),
    );
  });
});

/** The seeds are fixed, so these numbers are always the same; the limits leave room for what chance adds to 5 %. */
describe('one-sided bounds of 95 % miss the truth about 5 % of the time', () => {
  const RUNS = 400;
  const LIMIT = 0.05 + 2.4 * Math.sqrt((0.05 * 0.95) / RUNS);
  type World = (random: Random) => () => number;
  const easiness =
    (a: number, b: number): World =>
    (random) => {
      const p = drawBeta(random, a, b);
      return () => drawYes(random, p);
    };
  const alike =
    (p: number): World =>
    (random) =>
    () =>
      drawYes(random, p);
  /** Most cases are easy, one in twelve is hopeless: what many trials of few cases do not show. */
  const hopeless: World = (random) => {
    const p = random.uniform() < 0.08 ? 0 : 0.98;
    return () => drawYes(random, p);
  };
  const scores: World = (random) => {
    const level = 20 * drawBeta(random, 4, 1);
    return () => drawBeta(random, Math.max(level, 0.01), Math.max(20 - level, 0.01));
  };
  const times: World = (random) => {
    const level = 0.5 * drawNormal(random);
    return () => Math.exp(level + 0.4 * drawNormal(random));
  };
  const spread = Math.hypot(0.5, 0.4);
  it.each<[Stat, string, number, number, World, number]>([
    // Wilson's upper end misses 9 % to 12 % here
    ['rate', 'nearly all pass', 10, 1, alike(0.95), 0.95],
    ['rate', 'nearly all pass', 30, 1, hopeless, 0.92 * 0.98],
    ['rate', 'easy cases', 20, 3, easiness(4, 1), 0.8],
    ['rate', 'all or nothing', 20, 3, easiness(0.4, 0.1), 0.8],
    ['rate', 'a few hopeless', 20, 5, hopeless, 0.92 * 0.98],
    ['rate', 'cases alike', 30, 5, alike(0.95), 0.95],
    ['mean', 'graded', 20, 1, scores, 0.8],
    ['mean', 'graded', 40, 3, scores, 0.8],
    ['median', 'times', 20, 3, times, 1],
    ['p90', 'times', 40, 1, times, Math.exp(1.2815515655446004 * spread)],
    ['p90', 'times', 40, 3, times, Math.exp(1.2815515655446004 * spread)],
    ['p95', 'times', 60, 5, times, Math.exp(1.6448536269514722 * spread)],
  ])('%s, %s: %i cases, %i trials', (stat, name, n, trials, world, truth) => {
    const misses = countMisses(`${stat} ${name} ${n} ${trials}`, RUNS, truth, (random) =>
      boundsOf(
        draws(n, () => draws(trials, world(random))),
        stat,
        { unit: world === times ? 'ms' : 'fraction' },
      ),
    );
    expect(misses.low).toBeLessThanOrEqual(LIMIT);
    expect(misses.high).toBeLessThanOrEqual(LIMIT);
  });

  it('also when a case has one trial and another three', () => {
    const misses = countMisses('mixed', RUNS, 0.95, (random) =>
      boundsOf(
        draws(30, () => draws(1 + random.below(3), () => drawYes(random, 0.95))),
        'rate',
      ),
    );
    expect(Math.max(misses.low, misses.high)).toBeLessThanOrEqual(LIMIT);
  });

  it('when the cases stand for themselves, of their trials alone', () => {
    const rates = draws(30, (index) => [1, 0.5, 0.9][index % 3] ?? 0);
    const misses = countMisses('suite', RUNS, 0.8, (random) =>
      boundsOf(
        rates.map((p) => draws(3, () => drawYes(random, p))),
        'rate',
        { inference: 'suite' },
      ),
    );
    expect(Math.max(misses.low, misses.high)).toBeLessThanOrEqual(LIMIT);
  });

  it('the mean of times with a long tail: the end of the tail is optimistic, and told so in the docs', () => {
    const misses = countMisses('tail', RUNS, Math.exp(spread ** 2 / 2), (random) =>
      boundsOf(
        draws(20, () => [times(random)()]),
        'mean',
        { unit: 'ms' },
      ),
    );
    expect(misses.low).toBeLessThanOrEqual(LIMIT);
    expect(misses.high).toBeLessThanOrEqual(0.1);
  });

  it('an end that needs more cases than there are is none, whatever the trials', () => {
    const misses = countMisses('few', 50, 0, (random) =>
      boundsOf(
        draws(20, () => draws(5, times(random))),
        'p95',
        { unit: 'ms' },
      ),
    );
    expect(misses.withoutHigh).toBe(1);
  });
});

const rewards = referencePath('taubench-gpt-4o-airline-rewards.json');
describe.skipIf(!hasReferenceData)('tau-bench airline (skipped where ../shared/data is absent)', () => {
  const tasks = hasReferenceData
    ? (JSON.parse(readFileSync(rewards, 'utf8')) as { readonly trials: readonly number[] }[])
    : [];

  it.each([
    ['pass^1', 0.42],
    ['pass^2', 0.2733],
    ['pass^3', 0.22],
    ['pass^4', 0.2],
  ] as const)('a gate on %s sees %d', (stat, expected) => {
    const table = new ScoreTable(suiteOf(tasks.length, { trials: 4 }));
    for (const [index, { trials }] of tasks.entries()) {
      for (const [trial, value] of trials.entries()) {
        table.set(index, trial + 1, [{ id: 'equals', value, passed: value === 1 }]);
      }
    }
    const [gate] = judgeGates([gateRule({ stat, threshold: 0.1 })], columnOf(table));
    expect(gate?.actual).toBeCloseTo(expected, 4);
    expect(gate).toMatchObject({ verdict: 'pass', n: 200 });
    expect(gate?.interval?.low).toBeLessThan(expected);
    expect(gate?.interval?.high).toBeGreaterThan(expected);
  });

  it('counts the tasks, not the trials: an interval as of .0522, not .0350', () => {
    const bounds = boundsOf(
      tasks.map(({ trials }) => trials),
      'mean',
    );
    const width = (bounds?.high ?? 0) - (bounds?.low ?? 0);
    // 2 x 1.6766 (t of 49) x .0522, and a little more for being exact
    expect(width).toBeGreaterThan(2 * 1.6766 * 0.0522 * 0.98);
    expect(width).toBeLessThan(2 * 1.6766 * 0.0522 * 1.12);
  });
});
