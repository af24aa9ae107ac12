import { describe, expect, it } from 'vitest';
import { createRedRun, createSink, readRecord } from '../../test/helpers/run-fixture.js';
import { columnOf, gateRule, metricEntry, suiteOf } from '../../test/helpers/suite.js';
import { findFlaky } from '../core/gates/flaky.js';
import { judgeGates } from '../core/gates/gate.js';
import { casesOf, countClusters } from '../core/power/noise.js';
import { summariseMetrics } from '../core/scores/baseline.js';
import { CasesOnDemand, filterCases } from '../core/scores/cases.js';
import { makePlan, samplesOf } from '../core/scores/plan.js';
import { type ScoreSelection, ScoreTable } from '../core/scores/score-table.js';
import { statisticOf } from '../core/scores/statistic.js';
import type { Case } from '../model/case.js';
import type { Stat } from '../model/gate.js';
import type { GateResult } from '../model/run-record.js';
import type { Suite } from '../model/suite.js';
import { reporters } from '../reporters/index.js';
import { Rounds } from './rounds.js';

/** What is done with twice as much is done twice as often at most: nothing grows with the square of a run. */
async function expectLinear(count: (size: number) => number | Promise<number>): Promise<void> {
  const some = await count(200);
  const twice = await count(400);
  expect(some).toBeGreaterThanOrEqual(200);
  expect(twice).toBeLessThanOrEqual(2.01 * some);
}

/** A suite that counts how many cases are made for those who look at them. */
function countingSuite(size: number, trials: number) {
  const made = { cases: 0 };
  const metrics = [metricEntry(), metricEntry({ id: 'other', mark: null, where: ['safety'] })];
  const whole = suiteOf(size, { trials, tagged: size / 2, metrics });
  const at = (index: number): Case | undefined => {
    made.cases++;
    return whole.cases[index];
  };
  const column = { prompt: { id: 'p' }, model: { text: 'm' }, gates: [] } as never;
  const cases = new CasesOnDemand(size, at);
  const suite: Suite = { ...whole, cases, group: 'document', firstTrials: 1, columns: [column] };
  return { suite, made };
}

describe('how often a case is made', () => {
  it('is the same in a small run and in a large one', () =>
    expectLinear((size) => {
      const { suite, made } = countingSuite(size, 3);
      const plan = makePlan([suite]);
      const scores = new ScoreTable(suite);
      const column = columnOf(scores, { suite });
      const rounds = new Rounds(plan);
      const rules = [gateRule(), gateRule({ metric: 'other', stat: 'mean', where: ['safety'] })];
      const open = { metric: 'pass', where: [], verdict: 'inconclusive' } as unknown as GateResult;
      for (let round = rounds.first(); ; ) {
        for (const { caseIndex, trial } of round([0])) {
          const value = Number(caseIndex % 2 === 0);
          scores.set(caseIndex, trial, [{ id: 'equals', value, passed: value === 1 }]);
        }
        judgeGates(rules, column);
        const next = rounds.next([[open]], [column]);
        if (next === null) break;
        round = next;
      }
      expect(findFlaky([column])).toEqual([]);
      summariseMetrics(suite);
      for (const rule of rules) countClusters(suite, casesOf(suite, rule));
      expect([...samplesOf(plan, [0], 'all')]).toHaveLength(3 * size);
      for (const _ of filterCases(suite.cases, ({ tags }) => tags.length > 0));
      return made.cases;
    }));
});

/** A list that counts how often one of its elements is read. */
function counting<T>(list: readonly T[], read: { elements: number }): readonly T[] {
  return new Proxy(list, {
    get: (target, key) => {
      if (typeof key === 'string' && /^\d+$/.test(key)) read.elements++;
      return Reflect.get(target, key) as unknown;
    },
  });
}

describe('how often a score is read', () => {
  const stats: readonly Stat[] = ['rate', 'mean', 'sum', 'median', 'p95', 'min', 'max', 'corpus', 'pass@2', 'pass^2'];
  const noise = { confidence: 0.95, unit: 'fraction' } as const;
  it.each(stats.flatMap((stat) => (['population', 'suite'] as const).map((inference) => ({ stat, inference }))))(
    'by $stat of a $inference grows with the scores',
    ({ stat, inference }) =>
      expectLinear((size) => {
        const read = { elements: 0 };
        const places = Array.from({ length: size }, (_, index) => index);
        const values = places.map((place) => Number(place % 3 === 0));
        const selection: ScoreSelection = {
          values: counting(values, read),
          passed: counting(values.map(Boolean), read),
          // Two trials a case
          cases: counting(
            places.map((place) => place >> 1),
            read,
          ),
          clusters: counting(
            places.map((place) => place >> 1),
            read,
          ),
          missing: 0,
          notApplicable: 0,
          corpus: {
            statistics: counting(
              values.map((value) => Float64Array.of(value, 1)),
              read,
            ),
            value: ([hits = 0, all = 1]) => hits / all,
          },
        };
        statisticOf(stat).estimate(selection);
        statisticOf(stat).bounds(selection, { ...noise, inference });
        return read.elements;
      }),
  );
});

describe('how often a result is read', () => {
  it.each(Object.entries(reporters))('by the reporter %s grows with the results', (_, reporter) =>
    expectLinear(async (size) => {
      const record = createRedRun();
      const results = Array.from({ length: size / 2 }, (_, index) =>
        record.results.slice(0, 2).map((result) => ({ ...result, case: `case-${index}` })),
      ).flat();
      const reader = readRecord({ ...record, results });
      let read = 0;
      const counted = async function* () {
        for await (const result of reader.results()) {
          read++;
          yield result;
        }
      };
      await (await reporter.load()).report({ summary: reader.summary, results: counted }, createSink());
      return read;
    }),
  );
});
