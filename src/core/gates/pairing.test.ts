import { describe, expect, it } from 'vitest';
import { metricEntry, suiteOf } from '../../../test/helpers/suite.js';
import type { Baseline, BaselineCase, BaselineColumn, BaselineScore } from '../../model/baseline.js';
import type { MetricEntry } from '../../model/metric-entry.js';
import type { Suite } from '../../model/suite.js';
import { asKept, caseDigest, summariseMetrics } from '../scores/baseline.js';
import { ScoreTable } from '../scores/score-table.js';
import { findColumn, type Pairing, pairCases } from './pairing.js';

/** The baseline in which the cases of a suite have these scores, one list of trials a case. */
function columnOf(suite: Suite, scores: readonly (readonly BaselineScore[])[], metric = 'equals'): BaselineColumn {
  const cases = [...suite.cases].map((testCase, index): [string, BaselineCase] => [
    testCase.id,
    { digest: caseDigest(testCase), scores: { [metric]: [...(scores[index] ?? [])] } },
  ]);
  return {
    prompt: 'p',
    promptDigest: 'x',
    model: 'm',
    samples: cases.length,
    metrics: { ...summariseMetrics(suite) },
    cases: Object.fromEntries(cases),
  };
}

function tableOf(suite: Suite, value: number): ScoreTable {
  const table = new ScoreTable(suite);
  for (const index of [...suite.cases].keys()) {
    for (let trial = 1; trial <= suite.trials; trial++) {
      table.set(index, trial, [{ id: 'equals', value, passed: value === 1 }]);
    }
  }
  return table;
}

const rule = (metric = 'equals', where: readonly string[] = []) => ({ metric, where, stat: 'mean' as const });
function pairing(suite: Suite, baseline: BaselineColumn, of = rule()): Pairing {
  const found = pairCases(suite, tableOf(suite, 1), baseline, of);
  if ('why' in found) throw new Error(found.why);
  return found;
}

describe('pairs of cases', () => {
  const suite = suiteOf(3, { trials: 2 });

  it('hold all trials of both runs', () => {
    const { pairs, added, removed, changed } = pairing(suite, columnOf(suite, [[1, 0, 1], [1], [0]]));
    expect(pairs.map(({ case: id, before, now }) => [id, before.values, now.values])).toEqual([
      ['case-1', [1, 0, 1], [1, 1]],
      ['case-2', [1], [1, 1]],
      ['case-3', [0], [1, 1]],
    ]);
    expect(pairs[0]?.before.passed).toEqual([true, false, true]);
    expect([added, removed, changed]).toEqual([[], [], []]);
  });

  it('have no more digits now than a baseline keeps, so that an equal run is equal', () => {
    const found = pairCases(suite, tableOf(suite, 2 / 3), columnOf(suite, [[asKept(2 / 3)], [], []]), rule());
    const [pair] = 'pairs' in found ? found.pairs : [];
    expect(pair?.now.values[0]).toBe(pair?.before.values[0]);
  });

  it('leave out what is new, gone or changed since, and name it', () => {
    const old = suiteOf(4);
    const baseline = columnOf(old, [[1], [1], [1], [1]]);
    const other = { digest: '0000000000000000', scores: { equals: [1] } };
    const known = Object.entries({ ...baseline.cases, 'case-2': other }).filter(([id]) => id !== 'case-1');
    const cases = Object.fromEntries(known);
    const found = pairing(suiteOf(3), { ...baseline, cases });
    expect(found.pairs.map(({ case: id }) => id)).toEqual(['case-3']);
    expect([found.added, found.changed, found.removed]).toEqual([['case-1'], ['case-2'], ['case-4']]);
  });

  it('a trial without a score is no trial, and a case without any is as if it were new', () => {
    const { pairs, added } = pairing(suite, columnOf(suite, [[null, 0.5], [null], [1]]));
    expect(pairs.map(({ before }) => before.values)).toEqual([[0.5], [1]]);
    expect(added).toEqual(['case-2']);
  });

  it('leave out what had nothing to judge, then or now, which is neither new nor gone', () => {
    const table = new ScoreTable(suiteOf(3));
    table.set(0, 1, [{ id: 'equals', value: 1, passed: true }]);
    table.set(1, 1, [{ id: 'equals', value: null, passed: null, notApplicable: true }]);
    table.set(2, 1, [{ id: 'equals', value: 1, passed: true }]);
    const found = pairCases(suiteOf(3), table, columnOf(suiteOf(3), [[1], [1], ['not-applicable']]), rule());
    expect('pairs' in found && found.pairs.map(({ case: id }) => id)).toEqual(['case-1']);
    expect(found).toMatchObject({ added: [], removed: [], changed: [], notApplicable: ['case-2', 'case-3'] });
  });

  it('of a part of the cases are of that part, and nothing outside of it is gone', () => {
    const tagged = suiteOf(3, { tagged: 1 });
    const found = pairing(tagged, columnOf(suiteOf(5), [[1], [1], [1], [1], [1]]), rule('equals', ['safety']));
    expect(found.pairs.map(({ case: id }) => id)).toEqual(['case-1']);
    expect(found.removed).toEqual([]);
  });

  it('a case that lost its tag is gone from a gate on the tag', () => {
    const old = suiteOf(3, { tagged: 3 });
    const baseline = columnOf(old, [[1], [1], [1]]);
    const cases = Object.fromEntries(
      Object.entries(baseline.cases).map(([id, own]) => [id, { ...own, tags: ['safety'] }]),
    );
    const found = pairing(suiteOf(3, { tagged: 1 }), { ...baseline, cases }, rule('equals', ['safety']));
    expect(found.removed).toEqual(['case-2', 'case-3']);
    expect(found.coverage).toBeCloseTo(1 / 3, 12);
    expect(pairing(suiteOf(3, { tagged: 1 }), { ...baseline, cases }).coverage).toBe(1);
  });

  it('pass of a case that gained or lost a metric with its tag is of other metrics', () => {
    const metrics = [metricEntry(), metricEntry({ id: 'strict', where: ['safety'] })];
    const tagged = (count: number) => suiteOf(3, { tagged: count, metrics });
    const { cases: old, ...column } = columnOf(tagged(3), [[0], [0], [0]], 'pass');
    const cases = Object.fromEntries(Object.entries(old).map(([id, own]) => [id, { ...own, tags: ['safety'] }]));
    const table = new ScoreTable(tagged(2));
    const met = (id: string) => ({ id, value: 1, passed: true });
    for (const place of [0, 1, 2]) table.set(place, 1, [met('equals'), met('strict')]);
    const found = pairCases(tagged(2), table, { ...column, cases }, { metric: 'pass', where: [], stat: 'rate' });
    expect(found).toMatchObject({ pairs: [{ case: 'case-1' }, { case: 'case-2' }], changed: ['case-3'] });
    // A tag that limits no metric says nothing of what judges the case
    const [first] = tagged(3).cases;
    const renamed = { ...tagged(3), cases: first ? [{ ...first, tags: ['safety', 'other'] }] : [] };
    const same = pairCases(renamed, tableOf(renamed, 1), { ...column, cases }, rule('pass'));
    expect(same).toMatchObject({ changed: [] });
  });

  it('a case that the metric does not score any more is gone too', () => {
    const tagged = (where: string[]) =>
      suiteOf(4, { tagged: 2, metrics: [metricEntry(), metricEntry({ id: 'x', where })] });
    const baseline = columnOf(tagged([]), [[1], [1], [1], [1]], 'x');
    const now = tagged(['safety']);
    const metrics = { ...baseline.metrics, ...summariseMetrics(now) };
    const table = new ScoreTable(now);
    for (const place of [0, 1]) table.set(place, 1, [{ id: 'x', value: 1, passed: true }]);
    const found = pairCases(now, table, { ...baseline, metrics }, rule('x'));
    expect(found).toMatchObject({ removed: ['case-3', 'case-4'], coverage: 0.5 });
  });

  it('carry the cluster of their group', () => {
    const cases = suiteOf(3).cases.map((testCase, index) => ({
      ...testCase,
      vars: { document: index < 2 ? 'a' : 'b' },
    }));
    const grouped = { ...suiteOf(3), cases, group: 'document' };
    expect(pairing(grouped, columnOf(grouped, [[1], [1], [1]])).pairs.map(({ cluster }) => cluster)).toEqual([0, 0, 2]);
  });

  it('are found under ids that objects have of themselves', () => {
    const names = ['constructor', '__proto__', 'toString'];
    const cases = suiteOf(3).cases.map((testCase, index) => ({ ...testCase, id: names[index] ?? '' }));
    const named = { ...suiteOf(3), cases };
    expect(pairing(named, columnOf(named, [[1], [1], [1]])).pairs).toHaveLength(3);
    const none = pairing(named, { ...columnOf(named, []), cases: {} });
    expect([none.pairs, none.added]).toEqual([[], names]);
  });
});

describe('no pairs', () => {
  it("of a metric of one's own that has got another unit or direction, whatever its digest says", () => {
    const suite = suiteOf(2);
    const now = suiteOf(2, { metrics: [metricEntry({ unit: 'number' })] });
    expect(pairCases(now, tableOf(now, 90), columnOf(suite, [[0.9], [0.9]]), rule())).toEqual({
      why: 'equals was another metric when the baseline was made (fraction, higher is better; now number, higher is better)',
    });
  });

  it('of what is made of a metric that points the other way now', () => {
    const suite = suiteOf(2);
    const now = suiteOf(2, { metrics: [metricEntry({ better: 'lower' })] });
    const why =
      'another metric when the baseline was made (equals was fraction, higher is better; now fraction, lower is better)';
    for (const metric of ['pass', 'score'])
      expect(pairCases(now, tableOf(now, 1), columnOf(suite, [[1], [1]]), rule(metric))).toEqual({
        why: `${metric} was ${why}`,
      });
  });

  const why = (metrics: readonly MetricEntry[], metric: string) => {
    const baseline = columnOf(suiteOf(2), [[1], [1]]);
    return pairCases(suiteOf(2, { metrics }), tableOf(suiteOf(2, { metrics }), 1), baseline, rule(metric));
  };
  it.each([
    [[metricEntry({ id: 'other' })], 'other', 'the baseline has no scores of other'],
    [[metricEntry({ id: 'constructor' })], 'constructor', 'the baseline has no scores of constructor'],
    [
      [metricEntry({ params: { trim: true } })],
      'equals',
      'equals was another metric when the baseline was made (its parameters or marks have changed)',
    ],
    [
      [metricEntry(), metricEntry({ id: 'more' })],
      'pass',
      'pass was another metric when the baseline was made (its parameters or marks have changed)',
    ],
  ])('%#: %3$s', (metrics, metric, expected) => {
    expect(why(metrics, metric)).toEqual({ why: expected });
  });
});

describe('the column to compare with', () => {
  const column = (prompt: string, model: string): BaselineColumn => ({ ...columnOf(suiteOf(1), [[1]]), prompt, model });
  const baseline = (...columns: BaselineColumn[]): Baseline => ({
    baseline: 1,
    suite: 's',
    runId: 'r',
    finishedAt: '2026-11-24T12:00:00.000Z',
    commit: null,
    columns,
  });

  it('is that of the same prompt and model', () => {
    const [one, two] = [column('p', 'm1'), column('p', 'm2')];
    expect(findColumn(baseline(one, two), 'p', 'm2', true)).toMatchObject({ column: two });
  });

  it('or the only one of the prompt, when the model alone has changed', () => {
    const one = column('p', 'old');
    expect(findColumn(baseline(one, column('q', 'new')), 'p', 'new', true)).toMatchObject({ column: one });
    expect(findColumn(baseline(one), 'p', 'new', false)).toHaveProperty('why');
    expect(findColumn(baseline(one, column('p', 'other')), 'p', 'new', true)).toHaveProperty('why');
  });

  it('or none, and it says what there is', () => {
    expect(findColumn(baseline(column('q', 'm')), 'p', 'm', true)).toEqual({
      why: 'the baseline of suite s has no p on m (it has q on m)',
    });
    expect(findColumn(baseline(), 'p', 'm', true)).toEqual({
      why: 'the baseline of suite s has no p on m (it has nothing)',
    });
  });
});
