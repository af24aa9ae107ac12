import { describe, expect, it } from 'vitest';
import { metricEntry, suiteOf } from '../../../test/helpers/suite.js';
import { PASS, SCORE } from './composites.js';
import { ScoreTable } from './score-table.js';

const score = (id: string, value: number | null, passed: boolean | null = null) => ({ id, value, passed });

it('counts what was never scored as missing', () => {
  const table = new ScoreTable(suiteOf(3, { trials: 2 }));
  table.set(0, 1, [score('equals', 1, true)]);
  expect(table.select('equals')).toEqual({
    values: [1],
    passed: [true],
    cases: [0],
    clusters: [0],
    missing: 5,
    notApplicable: 0,
  });
  expect(table.select(PASS)).toMatchObject({ values: [1], missing: 5 });
});

it('keeps null apart from 0', () => {
  const table = new ScoreTable(suiteOf(2));
  table.set(0, 1, [score('equals', null)]);
  table.set(1, 1, [score('equals', 0, false)]);
  expect(table.select('equals')).toMatchObject({ values: [0], missing: 1 });
  expect(table.select(PASS)).toMatchObject({ values: [0], missing: 1 });
});

describe('what does not apply', () => {
  const leftOut = (id: string) => ({ ...score(id, null), notApplicable: true as const });
  const metrics = [metricEntry({ id: 'a' }), metricEntry({ id: 'b' })];
  const tableWith = (...scores: Parameters<ScoreTable['set']>[2]) => {
    const table = new ScoreTable(suiteOf(1, { metrics }));
    table.set(0, 1, scores);
    return table;
  };

  it('is counted apart from values and from what is missing', () => {
    const table = tableWith(leftOut('a'));
    expect(table.select('a')).toMatchObject({ values: [], missing: 0, notApplicable: 1 });
    expect(table.select('b')).toMatchObject({ values: [], missing: 1, notApplicable: 0 });
  });

  it.each([
    // a, b, pass, score
    ['met', [1, true], { values: [1] }, { values: [1] }],
    ['missed', [0, false], { values: [0] }, { values: [0] }],
    ['missing', [null, null], { values: [], missing: 1 }, { values: [], missing: 1 }],
  ] as const)('leaves pass and score to the other metric, which is %s', (_, [value, passed], pass, whole) => {
    const table = tableWith(leftOut('a'), score('b', value, passed));
    expect(table.select(PASS)).toMatchObject({ notApplicable: 0, ...pass });
    expect(table.select(SCORE)).toMatchObject({ notApplicable: 0, ...whole });
  });

  it('is pass and score of a sample to which no metric applies', () => {
    const table = tableWith(leftOut('a'), leftOut('b'));
    for (const id of [PASS, SCORE]) {
      expect(table.select(id)).toMatchObject({ values: [], missing: 0, notApplicable: 1 });
    }
  });

  it('may become a value when the sample is scored again', () => {
    const table = tableWith(leftOut('a'), leftOut('b'));
    table.set(0, 1, [score('a', 1, true), leftOut('b')]);
    expect(table.select(PASS)).toMatchObject({ values: [1], notApplicable: 0 });
  });
});

it('lets a metric limited to some tags score only their cases', () => {
  const table = new ScoreTable(suiteOf(3, { tagged: 1, metrics: [metricEntry({ where: ['safety'] })] }));
  table.set(0, 1, [score('equals', 1, true)]);
  table.set(1, 1, []);
  expect(table.select('equals')).toMatchObject({ values: [1], missing: 0 });
  expect(table.select(PASS)).toMatchObject({ values: [1], missing: 0 });
});

it('passes a sample only when every mark is met', () => {
  const metrics = [metricEntry({ id: 'a' }), metricEntry({ id: 'b' }), metricEntry({ id: 'c', mark: null })];
  const table = new ScoreTable(suiteOf(3, { metrics }));
  table.set(0, 1, [score('a', 1, true), score('b', 1, true), score('c', 0)]);
  table.set(1, 1, [score('a', 1, true), score('b', 0, false), score('c', 1)]);
  table.set(2, 1, [score('a', 0, false), score('b', null), score('c', 1)]);
  expect(table.select(PASS)).toMatchObject({ values: [1, 0], missing: 1 });
});

it('weighs fractions into one score, turned so that higher is better', () => {
  const metrics = [
    metricEntry({ id: 'a', weight: 3 }),
    metricEntry({ id: 'b', better: 'lower' }),
    metricEntry({ id: 'time', unit: 'ms', mark: null }),
    metricEntry({ id: 'ignored', weight: 0 }),
  ];
  const table = new ScoreTable(suiteOf(1, { metrics }));
  table.set(0, 1, [score('a', 0.5), score('b', 0.25), score('time', 900), score('ignored', 0)]);
  expect(table.select(SCORE).values).toEqual([(3 * 0.5 + 0.75) / 4]);
});

const ratio = metricEntry({ id: 'ratio', mark: null, corpus: ([top = 0, bottom = 0]) => top / bottom });
const counted = (statistics: number[], value: number | null = 0.5) => ({ ...score('ratio', value), statistics });

it('keeps the statistics of a metric that has a value of a corpus', () => {
  const table = new ScoreTable(suiteOf(3, { metrics: [ratio], trials: 2 }));
  table.set(2, 2, [counted([3, 4])]);
  table.set(0, 1, [counted([1, 2])]);
  const { corpus, cases, missing } = table.select('ratio');
  expect(corpus?.statistics.map((list) => [...list])).toEqual([
    [1, 2],
    [3, 4],
  ]);
  expect([cases, missing]).toEqual([[0, 2], 4]);
  expect(table.select(SCORE)).not.toHaveProperty('corpus');
});

it('counts a score whose statistics do not add up with the others as missing', () => {
  const table = new ScoreTable(suiteOf(4, { metrics: [ratio] }));
  table.set(0, 1, [counted([1, 2])]);
  table.set(1, 1, [counted([1, 2, 3])]);
  table.set(2, 1, [score('ratio', 0.5)]);
  table.set(3, 1, [counted([1, 2], null)]);
  expect(table.select('ratio')).toMatchObject({ values: [0.5], missing: 3 });
});
