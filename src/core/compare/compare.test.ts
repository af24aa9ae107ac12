import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnOf, compareRecords, sideOf } from '../../../test/helpers/comparison.js';
import { createRedRun } from '../../../test/helpers/run-fixture.js';
import { adjust } from '../stats/multiple-testing.js';
import { compareModels, comparePrompts, compareSides } from './compare.js';
import type { ComparedColumn } from './comparison.js';

const compare = (before: Parameters<typeof columnOf>, now: Parameters<typeof columnOf>): ComparedColumn => {
  const [column] = compareSides(sideOf(columnOf(...before)), sideOf(columnOf(...now))).columns;
  if (!column) throw new Error('no column was compared');
  return column;
};

describe('one metric', () => {
  it('is compared over the cases that both sides have a score for', () => {
    const { metrics, cases } = compare(
      [{ pass: [1, 1, 0, 1, null, undefined, 1] }],
      [{ pass: [1, 0, 1, 0, 1, 1, undefined] }],
    );
    expect(metrics).toMatchObject([
      { metric: 'pass', stat: 'rate', before: 0.75, now: 0.5, difference: -0.25, relative: null, n: 4 },
    ]);
    expect(metrics[0]).toMatchObject({ improved: 1, regressed: 2, missing: { before: 1, now: 0 } });
    expect(cases).toMatchObject({ unchanged: 1, unscored: ['c5'], added: ['c6'], removed: ['c7'], changed: [] });
    expect(cases.improved.map((each) => each.case)).toEqual(['c3']);
    expect(cases.regressed.map((each) => each.case)).toEqual(['c2', 'c4']);
  });

  it('is not pass of a case that other metrics have judged, since its tag has gone', () => {
    const { metrics, cases } = compare(
      [{ pass: [1, 0, 0], base: [1, 1, 1], strict: [1, 0, 0] }],
      [{ pass: [1, 1, 0], base: [1, 1, 1], strict: [1, undefined, 0] }],
    );
    expect(metrics.map(({ metric, n, improved }) => [metric, n, improved])).toEqual([
      ['pass', 2, 0],
      ['base', 3, 0],
      ['strict', 2, 0],
    ]);
    expect(cases).toMatchObject({ improved: [], changed: ['c2'], unchanged: 2 });
  });

  it('has the exact p of McNemar and the paired standard error', () => {
    // 2 better, 8 worse of 20: p = 2 P(X <= 2), X binomial of 10 and 1/2
    const before = [...Array(8).fill(1), ...Array(2).fill(0), ...Array(10).fill(1)];
    const now = [...Array(8).fill(0), ...Array(2).fill(1), ...Array(10).fill(1)];
    const [metric] = compare([{ pass: before }], [{ pass: now }]).metrics;
    expect(metric?.p).toBeCloseTo(112 / 1024, 12);
    const variance = (8 * (-1 + 0.3) ** 2 + 2 * 1.3 ** 2 + 10 * 0.3 ** 2) / 19;
    expect(metric?.standardError?.paired).toBeCloseTo(Math.sqrt(variance / 20), 12);
    const apart = (0.9 * 0.1 + 0.6 * 0.4) / 19;
    expect(metric?.standardError?.unpaired).toBeCloseTo(Math.sqrt(apart), 12);
    expect(metric?.reading).toBe('unclear');
  });

  it('of equal runs is the same: no difference, p is 1', () => {
    const rows = [{ pass: [1, 0, 1], semantic: [0.3, 0.9, 0.7] }] as const;
    const { metrics, cases } = compare([...rows], [...rows]);
    expect(metrics).toMatchObject([
      { difference: 0, p: 1, reading: 'same', improved: 0, regressed: 0, standardError: null },
      { difference: 0, p: 1, reading: 'same' },
    ]);
    expect(cases).toMatchObject({ unchanged: 3, improved: [], regressed: [] });
  });

  it('of times is a share of A, and a rise is worse', () => {
    const before = Array.from({ length: 40 }, (_, index) => 100 + index);
    const metric = { unit: 'ms', better: 'lower' } as const;
    const [row] = compare(
      [{ latency: before }, { metric }],
      [{ latency: before.map((ms) => ms * 1.5) }, { metric }],
    ).metrics;
    expect(row?.relative).toBeCloseTo(0.5, 12);
    expect(row).toMatchObject({ reading: 'worse', improved: 0, regressed: 40 });
    expect(row?.interval?.low).toBeCloseTo(0.5, 6);
  });

  it('of costs that were nothing has no share, and nothing is made up', () => {
    const metric = { unit: 'usd', better: 'lower' } as const;
    const [row] = compare([{ cost: [0, 0] }, { metric }], [{ cost: [0.1, 0.3] }, { metric }]).metrics;
    expect(row).toMatchObject({ relative: null, difference: 0.2, interval: null, p: 0.5, reading: 'unclear' });
  });

  it('with another definition is not compared', () => {
    const { metrics, notComparable, cases } = compare(
      [{ tone: [1, 0], pass: [1, 0] }],
      [{ tone: [1, 1], pass: [1, 1] }, { metric: { digest: 'ffffffffffffffff' } }],
    );
    expect([metrics, cases.decidedBy]).toEqual([[], null]);
    expect(notComparable).toEqual([
      { metric: 'pass', why: 'it is made of metrics whose parameters, marks or weights differ' },
      { metric: 'tone', why: 'its definition differs: parameters, marks or judge are not the same' },
    ]);
  });

  it('of one digest that points the other way, and what is made of it, is not compared', () => {
    const { metrics, notComparable } = compare(
      [{ tone: [1, 0], score: [1, 0] }],
      [{ tone: [0, 0], score: [1, 1] }, { metric: { better: 'lower' } }],
    );
    expect(metrics).toEqual([]);
    expect(notComparable.map(({ metric, why }) => [metric, why])).toEqual([
      ['tone', 'it is another metric: fraction, higher is better; now fraction, lower is better'],
      ['score', expect.stringContaining('it is another metric: tone was fraction, higher is better')],
    ]);
  });

  it('that one side alone has, or that no case shares, is told', () => {
    const { metrics, notComparable } = compare(
      [{ pass: [1], old: [1], apart: [1, null] }],
      [{ pass: [1], new: [1], apart: [null, 1] }],
    );
    expect(metrics.map(({ metric }) => metric)).toEqual(['pass']);
    expect(notComparable).toEqual([
      { metric: 'new', why: 'only B has it' },
      { metric: 'apart', why: 'no case has a score on both sides' },
      { metric: 'old', why: 'only A has it' },
    ]);
  });

  it('without a shared case is not compared', () => {
    const { metrics, cases } = compare([{ pass: [1, undefined] }], [{ pass: [undefined, 1] }]);
    expect([metrics, cases.added, cases.removed]).toEqual([[], ['c2'], ['c1']]);
  });

  it('counts cases of a group as one cluster', () => {
    const grouped = (rows: readonly number[]) => {
      const column = columnOf({ semantic: rows });
      const cases = Object.entries(column.cases).map(([id, own], index) => [
        id,
        { ...own, group: `000000000000000${index % 2}` },
      ]);
      return { ...column, cases: Object.fromEntries(cases) };
    };
    const [before, now] = [
      [0.1, 0.5, 0.2, 0.6],
      [0.3, 0.6, 0.4, 0.7],
    ] as const;
    const [row] = compareSides(sideOf(grouped(before)), sideOf(grouped(now))).columns[0]?.metrics ?? [];
    const [single] = compare([{ semantic: before }], [{ semantic: now }]).metrics;
    expect(row?.interval?.method).toMatch(/^cluster-robust/);
    expect(row?.standardError?.paired).not.toBeCloseTo(single?.standardError?.paired ?? 0, 6);
  });
});

describe('cases', () => {
  it('are decided by their trials, and show the ones that differ most', () => {
    const { cases } = compare([{ pass: [[1, 1, 0]] }], [{ pass: [[1, 0, 0]] }]);
    expect(cases.regressed).toMatchObject([{ case: 'c1', before: 2 / 3, now: 1 / 3, trials: { before: 1, now: 2 } }]);
  });

  it('whose question has changed are named', () => {
    const now = columnOf({ pass: [1, 1] });
    const asked = { ...now.cases, c1: { digest: '1111111111111111', scores: { pass: [0] } } };
    const [column] = compareSides(sideOf(columnOf({ pass: [1, 1] })), sideOf({ ...now, cases: asked })).columns;
    expect(column?.cases).toMatchObject({ changed: ['c1'], unchanged: 1, regressed: [] });
  });

  it('come with both samples, the largest changes first', async () => {
    const before = createRedRun();
    const metrics = { pass: { digest: 'x', unit: 'fraction', better: 'higher' } } as const;
    const suites = before.suites.map((suite) => ({ ...suite, metrics }));
    const passing = (passed: boolean) => ({
      ...before,
      suites,
      results: before.results.map((result) => ({ ...result, passed: passed || result.trial === 1 })),
    });
    const [column] = (await compareRecords(passing(true), passing(false), 1)).columns;
    expect(column?.cases.regressed[0]?.results?.before?.trial).toBe(1);
    expect(column?.cases.regressed[0]?.results?.now?.trial).toBe(2);
    expect(column?.cases.regressed[1]?.results).toBeUndefined();
    expect(column?.now.usage).toMatchObject({
      errors: 0,
      usd: expect.closeTo(0.0032, 12),
      inputTokens: 8 * 180,
      medianMs: 1820,
    });
  });
});

describe('columns', () => {
  const on = (model: string, prompt = 'reply') => columnOf({ pass: [1, 0] }, { model, prompt });

  it('are paired by prompt and model, or by the only model of a prompt', () => {
    const same = compareSides(sideOf(on('x'), on('y')), sideOf(on('y'), on('z')));
    expect(same.columns.map(({ before, now }) => [before.model, now.model])).toEqual([['y', 'y']]);
    expect(same.alone.map(({ side, column }) => [side, column])).toEqual([
      ['now', 'suite: reply on z'],
      ['before', 'suite: reply on x'],
    ]);
    const changed = compareSides(sideOf(on('x')), sideOf(on('y')));
    expect(changed.columns.map(({ before, now }) => [before.model, now.model])).toEqual([['x', 'y']]);
  });

  it('of one run are compared by model, the first with each other one', () => {
    const { by, columns, alone } = compareModels(sideOf(on('x'), on('y'), on('z'), on('x', 'other')));
    expect(by).toBe('model');
    expect(columns.map(({ before, now }) => [before.model, now.model])).toEqual([
      ['x', 'y'],
      ['x', 'z'],
    ]);
    expect(alone).toEqual([{ side: 'before', column: 'suite: other on x', why: 'it has one model only' }]);
  });

  it('share one chance of a false alarm; scores that are the same in every case are one test', () => {
    const first = [1, 1, 1, 1, 1, 1, 1, 1, 0, 0];
    const second = [0, 0, 0, 0, 0, 0, 1, 1, 0, 0];
    const column = (model: string, pass: readonly number[], tone: readonly number[]) =>
      columnOf({ pass, equals: pass, tone }, { model });
    const comparison = compareModels(
      sideOf(column('a', first, first), column('b', second, first), column('c', first, second)),
    );
    const metrics = comparison.columns.flatMap((each) => each.metrics);
    expect(metrics.map(({ metric, sameAs }) => [metric, sameAs])).toEqual([
      ['pass', null],
      ['equals', 'pass'],
      ['tone', null],
      ['pass', null],
      ['equals', 'pass'],
      ['tone', null],
    ]);
    const own = metrics.filter(({ sameAs }) => sameAs === null);
    expect(comparison.tests).toBe(4);
    const expected = adjust(
      own.map(({ p }) => p ?? Number.NaN),
      'holm',
    );
    expect(own.map(({ adjustedP }) => adjustedP)).toEqual(expected);
    expect(metrics[1]?.adjustedP).toBe(metrics[0]?.adjustedP);
    // p = 2 / 2^6 leaves 0 out on its own, and not for four tests
    expect(own[0]).toMatchObject({
      p: expect.closeTo(2 / 2 ** 6, 12),
      adjustedP: expect.closeTo(8 / 2 ** 6, 12),
      reading: 'unclear',
    });
  });

  it('of no suite that both have are all alone', () => {
    const [suite] = sideOf(on('x')).suites;
    const other = { ...sideOf(), suites: suite ? [{ ...suite, suite: 'other' }] : [] };
    const { columns, alone } = compareSides(other, sideOf(on('x')));
    expect(columns).toEqual([]);
    expect(alone).toEqual([
      { side: 'now', column: 'suite: reply on x', why: 'A has no suite suite (it has other)' },
      { side: 'before', column: 'other: reply on x', why: 'B has nothing to compare it with' },
    ]);
  });
});

describe('swapping A and B', () => {
  const score = fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true }), fc.constant(null));
  const rows = fc.array(fc.tuple(fc.array(score, { minLength: 1, maxLength: 3 }), fc.array(score, { minLength: 1 })), {
    minLength: 1,
    maxLength: 30,
  });
  const yesOrNo = fc.array(fc.tuple(fc.constantFrom([0], [1]), fc.constantFrom([0], [1])), { minLength: 1 });

  it('turns the signs and leaves p as it is', () => {
    fc.assert(
      fc.property(fc.oneof(rows, yesOrNo), fc.constantFrom('higher', 'lower'), (pairs, better) => {
        const [a, b] = [
          columnOf({ m: pairs.map(([first]) => first) }, { metric: { better } }),
          columnOf({ m: pairs.map(([, second]) => second) }, { metric: { better } }),
        ];
        const there = compareSides(sideOf(a), sideOf(b)).columns[0];
        const back = compareSides(sideOf(b), sideOf(a)).columns[0];
        expect(there?.metrics.length).toBe(back?.metrics.length);
        const [one, two] = [there?.metrics[0], back?.metrics[0]];
        if (!one || !two) return;
        expect(two.difference).toBeCloseTo(-one.difference, 9);
        expect(two.p === null).toBe(one.p === null);
        expect(two.p ?? 0).toBeCloseTo(one.p ?? 0, 9);
        expect(two.interval === null).toBe(one.interval === null);
        expect(two.interval?.low ?? 0).toBeCloseTo(-(one.interval?.high ?? 0), 6);
        expect([two.improved, two.regressed]).toEqual([one.regressed, one.improved]);
        expect(two.standardError?.paired ?? 0).toBeCloseTo(one.standardError?.paired ?? 0, 9);
        const turned = { better: 'worse', worse: 'better', same: 'same', unclear: 'unclear' } as const;
        expect(two.reading).toBe(turned[one.reading]);
        const names = (cases: readonly { readonly case: string }[] = []) => cases.map((each) => each.case);
        expect(names(back?.cases.improved)).toEqual(names(there?.cases.regressed));
      }),
      { numRuns: 200 },
    );
  });
});

it('compares the prompts of a suite on one model, the first with each other one', () => {
  const rows = { pass: [1, 1, 0, 1] };
  const side = sideOf(
    columnOf(rows, { prompt: 'a' }),
    columnOf({ pass: [1, 0, 0, 1] }, { prompt: 'b' }),
    columnOf(rows, { prompt: 'a', model: 'other' }),
  );
  const { by, columns, alone } = comparePrompts(side);
  expect(by).toBe('prompt');
  expect(columns.map(({ before, now }) => [before.prompt, now.prompt, now.model])).toEqual([['a', 'b', 'echo']]);
  expect(columns[0]?.metrics[0]).toMatchObject({ metric: 'pass', improved: 0, regressed: 1, reading: 'unclear' });
  expect(alone).toMatchObject([{ column: 'suite: a on other', why: expect.stringMatching(/^it has one prompt only/) }]);
});
