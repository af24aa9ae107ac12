import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BLESSED, compared, type Scores } from '../../../test/helpers/compared.js';
import { draws, drawYes } from '../../../test/helpers/simulate.js';
import { columnOf, gateRule, metricEntry, suiteOf } from '../../../test/helpers/suite.js';
import type { GateRule } from '../../model/gate.js';
import type { GateResult } from '../../model/run-record.js';
import { caseDigest, summariseMetrics } from '../scores/baseline.js';
import { ScoreTable } from '../scores/score-table.js';
import { createRandom } from '../stats/random.js';
import { judgeGates } from './gate.js';
import type { JudgedColumn } from './judged-column.js';

const maxDrop = (drop: number, changes: Partial<GateRule> = {}) =>
  gateRule({ threshold: -drop, change: { relative: false }, ...changes });
const improve = (by: number, changes: Partial<GateRule> = {}) =>
  gateRule({ threshold: by, change: { relative: false }, ...changes });
const judge = (rule: GateRule, column: JudgedColumn) => judgeGates([rule], column)[0] as GateResult;
/** The case that `compared` takes for gone, in a suite that still has it. */
const goneCase = (index: number) => [
  { id: `gone-${index + 15}`, vars: {}, expected: undefined, tags: [], metrics: [] },
];
const ones = (n: number): Scores => draws(n, () => [1]);
/** The first of `n` cases fail. */
const failing = (n: number, failures: number): Scores => draws(n, (index) => [index < failures ? 0 : 1]);

describe('a drop', () => {
  it.each([
    // cases that fail now of 40 that all passed, the drop allowed, decide, verdict
    [0, 0.05, 'estimate', 'pass'],
    [2, 0.05, 'estimate', 'pass'],
    [3, 0.05, 'estimate', 'inconclusive'],
    [16, 0.05, 'estimate', 'fail'],
    [0, 0.1, 'proof', 'pass'],
    [0, 0.05, 'proof', 'inconclusive'],
    [16, 0.05, 'proof', 'fail'],
    [2, 0.05, 'point', 'pass'],
    [3, 0.05, 'point', 'fail'],
  ] as const)('of %i of 40, maxDrop %d, decide %s: %s', (failures, drop, decide, verdict) => {
    const result = judge(maxDrop(drop, { decide }), compared(ones(40), failing(40, failures)));
    expect(result.verdict).toBe(verdict);
    expect(result.change).toBeCloseTo(-failures / 40, 12);
    expect([result.baseline, result.actual]).toEqual([1, 1 - failures / 40]);
  });

  it('says in one sentence what was, what is, how, and whether that is noise', () => {
    expect(judge(maxDrop(0.05), compared(ones(40), failing(40, 16))).message).toMatchInlineSnapshot(
      `"pass rate is 0.6, in the baseline 1, on 40 cases of both: 0.4 lower; at most 0.05 lower wanted: missed, and noise does not explain it (its 95% bound is 0.263 lower), by gains and losses (Newcombe)"`,
    );
    expect(judge(maxDrop(0.05), compared(ones(40), failing(40, 3))).message).toMatchInlineSnapshot(
      `"pass rate is 0.925, in the baseline 1, on 40 cases of both: 0.075 lower; at most 0.05 lower wanted: missed by no more than noise explains (its 95% bound is 0.003 higher), by gains and losses (Newcombe)"`,
    );
    expect(judge(maxDrop(0.05), compared(ones(40), ones(40))).message).toMatchInlineSnapshot(
      `"pass rate is 1, in the baseline 1, on 40 cases of both: no change; at most 0.05 lower wanted: met, but not proven (its 95% bound is 0.063 lower), by gains and losses (Newcombe)"`,
    );
  });

  it('of times is one upwards, in the unit of the metric or as a share', () => {
    const entry = metricEntry({ id: 'latency', unit: 'ms', better: 'lower', mark: null });
    const column = compared(
      draws(20, (index) => [100 + index]),
      draws(20, (index) => [150 + index]),
      { entry },
    );
    const rule = { metric: 'latency', stat: 'mean', unit: 'ms', better: 'lower' } as const;
    const result = judge(maxDrop(20, rule), column);
    expect(result).toMatchObject({ verdict: 'fail', change: -50 });
    expect(result.message).toContain('50ms slower; at most 20ms slower wanted');
    const share = judge(maxDrop(0.2, { ...rule, change: { relative: true } }), column);
    expect(share.verdict).toBe('fail');
    expect(share.message).toContain('45.66% slower; at most 20% slower wanted');
    expect(share.message).toContain('by Fieller');
    expect(share.expected).toEqual({ bound: 'min', value: -0.2, unit: 'ms', of: 'relative-change', better: 'lower' });
  });
});

describe('an improvement', () => {
  it.each([
    [16, 'estimate', 'pass'],
    [1, 'estimate', 'inconclusive'],
    [16, 'proof', 'pass'],
    [3, 'proof', 'inconclusive'],
  ] as const)('of %i of 40, decide %s: %s', (repaired, decide, verdict) => {
    expect(judge(improve(0.05, { decide }), compared(failing(40, repaired), ones(40))).verdict).toBe(verdict);
  });

  it('that is a change for the worse fails', () => {
    expect(judge(improve(0.05), compared(ones(40), failing(40, 10))).verdict).toBe('fail');
  });
});

describe('without a bound a drop is never proven', () => {
  // With four graded cases no test can reject at 5 %: half of all reruns of the same prompt would "fail"
  const graded = metricEntry({ id: 'score-of-it', mark: null });
  const rule = { metric: 'score-of-it', stat: 'mean' } as const;
  const before: Scores = [[0.9], [0.8], [0.9], [0.7]];
  const now: Scores = [[0.1], [0.2], [0.1], [0.2]];

  it('it is inconclusive, and says why', () => {
    const result = judge(maxDrop(0.05, rule), compared(before, now, { entry: graded }));
    expect(result).toMatchObject({ verdict: 'inconclusive', interval: null, blocks: true });
    expect(result.message).toContain('there is no 95% bound for it');
  });

  it('unless the point decides', () => {
    const point = maxDrop(0.05, { ...rule, decide: 'point' });
    expect(judge(point, compared(before, now, { entry: graded })).verdict).toBe('fail');
  });

  it('nor one of p95 with 30 cases', () => {
    const times = (factor: number): Scores => draws(30, (index) => [factor * (100 + index)]);
    const entry = metricEntry({ id: 'latency', unit: 'ms', better: 'lower', mark: null });
    const p95 = { metric: 'latency', stat: 'p95', unit: 'ms', better: 'lower' } as const;
    expect(judge(maxDrop(10, p95), compared(times(1), times(2), { entry })).verdict).toBe('inconclusive');
  });
});

describe('fails closed', () => {
  const refresh = 'make it anew with: llmci bless';

  it('without a baseline', () => {
    const column = { ...compared(ones(4), ones(4)), baseline: { why: 'there is no baseline evals/x.baseline.json' } };
    expect(judge(maxDrop(0.05), column)).toMatchObject({
      verdict: 'error',
      blocks: true,
      message: 'there is no baseline evals/x.baseline.json',
    });
  });

  it.each([
    ['no case in common', draws(10, () => [null]), 0],
    ['four of ten', draws(10, (index) => [index < 4 ? 1 : null]), 4],
  ] as const)('with %s: it is of another dataset', (_, before, shared) => {
    const result = judge(maxDrop(0.05), compared(before, ones(10)));
    expect(result.verdict).toBe('error');
    expect(result.message).toBe(
      `the baseline is of another dataset: it has ${shared} of the 10 cases judged here; ${refresh}`,
    );
  });

  it.each([
    // cases with something to judge in the baseline only, in both, now only; `applies`
    [2, 6, 2, 0.5, 'pass'],
    [2, 5, 3, 0.5, 'pass'],
    [3, 4, 3, 0.5, 'error'],
    [3, 4, 3, 0.4, 'pass'],
    [5, 0, 5, 0, 'error'],
  ] as const)('that applied in %i cases, in %i then and now, and applies in %i, with applies %d: %s', (...row) => {
    const [before, both, now, applies, verdict] = row;
    const of = (from: number, to: number): Scores =>
      draws(before + both + now, (index) => [index >= from && index < to ? 1 : 'not-applicable']);
    const column = compared(of(0, before + both), of(before, before + both + now));
    const result = judge(maxDrop(0.05, { applies, decide: 'point' }), column);
    expect(result.verdict).toBe(verdict);
    if (verdict === 'error')
      expect(result.message).toMatch(/applied then and applies now in (only 4|none) of 10 cases/);
  });

  it('with half of them it compares, and names the rest', () => {
    const result = judge(
      maxDrop(0.5),
      compared(
        draws(8, (index) => [index < 4 ? 1 : null]),
        ones(8),
      ),
    );
    expect(result.verdict).toBe('pass');
    expect(result.message).toContain('. Not compared: case-5, case-6, case-7, case-8 are new');
  });

  it('names five of those that are gone', () => {
    expect(judge(maxDrop(0.5, { coverage: 0.5 }), compared(ones(16), ones(9))).message).toMatch(
      /\. Not compared: gone-9, gone-10, gone-11, gone-12, gone-13 and 2 more are gone$/,
    );
  });

  it.each([
    [20, 20, undefined, 'pass'],
    [20, 16, undefined, 'pass'],
    [20, 15, undefined, 'error'],
    [20, 5, undefined, 'error'],
    [20, 5, 0.25, 'pass'],
    [20, 19, 1, 'error'],
    [20, 20, 1, 'pass'],
  ])('of %i cases in the baseline %i are left, with coverage %s: %s', (before, now, coverage = 0.8, verdict) => {
    expect(judge(maxDrop(0.05, { coverage }), compared(ones(before), ones(now))).verdict).toBe(verdict);
  });

  it('says how many are left of the baseline, and names what is gone', () => {
    expect(judge(maxDrop(0.05), compared(ones(20), ones(15))).message).toMatchInlineSnapshot(
      `"of the cases of the baseline 0.75 are still here and ask the same, and \`coverage\` asks for 0.8: what is left says too little of what was there. Not compared: gone-15, gone-16, gone-17, gone-18, gone-19 are gone; where this is meant, make it anew with: llmci bless"`,
    );
  });

  it('counts what now asks something else as gone', () => {
    const column = compared(ones(20), ones(20));
    const cases = [...column.suite.cases].map((testCase, index) => ({
      ...testCase,
      vars: index < 5 ? { new: 1 } : {},
    }));
    const changed = { ...column, suite: { ...column.suite, cases } };
    expect(judge(maxDrop(0.05), changed)).toMatchObject({ verdict: 'error', blocks: true });
    expect(judge(maxDrop(0.05, { coverage: 0.75 }), changed).verdict).toBe('pass');
  });

  it('takes nothing that a filter leaves out for gone', () => {
    const column = compared(ones(20), ones(15));
    expect(judge(maxDrop(0.05), { ...column, whole: suiteOf(20) })).toMatchObject({ verdict: 'error' });
    const whole = { ...suiteOf(20), cases: [...suiteOf(15).cases, ...[0, 1, 2, 3, 4].flatMap(goneCase)] };
    const result = judge(maxDrop(0.05), { ...column, whole });
    expect([result.verdict, result.message.includes('Not compared')]).toEqual(['pass', false]);
  });

  it('with a score missing now, however bad the others are', () => {
    expect(judge(maxDrop(0.05), compared(ones(10), [...failing(9, 9), [null]]))).toMatchObject({
      verdict: 'error',
      missing: 1,
    });
  });

  it('for a share of nothing', () => {
    const result = judge(maxDrop(0.05, { change: { relative: true } }), compared(failing(10, 10), ones(10)));
    expect(result.verdict).toBe('error');
    expect(result.message).toContain('it is 0, of which there is no percentage: write an amount in its place');
  });

  it('for a rate of what has no mark: that is no rate of 0', () => {
    const entry = metricEntry({ mark: null });
    const result = judge(maxDrop(0.05, { metric: 'equals', stat: 'rate' }), compared(ones(10), ones(10), { entry }));
    expect(result).toMatchObject({ verdict: 'error', actual: null });
    expect(result.message).toContain('has no pass mark');
  });

  it('for pass^3 of two trials', () => {
    const twice: Scores = draws(10, () => [1, 1]);
    expect(judge(maxDrop(0.05, { stat: 'pass^3' }), compared(twice, twice)).verdict).toBe('error');
  });

  it('never passes while a score is missing, or what it needs of the baseline', () => {
    const score = fc.constantFrom(0, 1, null);
    fc.assert(
      fc.property(fc.array(fc.tuple(score, score), { minLength: 1, maxLength: 20 }), (rows) => {
        const result = judge(
          maxDrop(1),
          compared(
            rows.map(([b]) => [b]),
            rows.map(([, n]) => [n]),
          ),
        );
        const isMissing = rows.some(([, n]) => n === null);
        const known = rows.filter(([b]) => b !== null).length;
        expect(result.verdict === 'error').toBe(isMissing || known === 0 || known < rows.length / 2);
      }),
    );
  });
});

describe('several looks', () => {
  it('widen the bounds, and are told', () => {
    const [once, often] = [1, 5].map((looks) => judge(maxDrop(0.05), compared(ones(40), failing(40, 12), { looks })));
    expect(once?.verdict).toBe('fail');
    expect(often?.interval?.high ?? 0).toBeGreaterThan(once?.interval?.high ?? 0);
    expect(often?.message).toContain('valid at each of 5 looks');
    expect(often?.interval?.confidence).toBe(0.9);
  });
});

describe("Holm's procedure", () => {
  // Failures of 40, with the smallest confidence at which each is a failure against maxDrop 0.05
  const families = (failures: readonly number[], changes: Partial<GateRule> = {}) => {
    const entries = failures.map((_, index) => metricEntry({ id: `m${index}` }));
    const suite = suiteOf(40, { metrics: entries });
    const scores = new ScoreTable(suite);
    for (const place of suite.cases.keys()) {
      const own = failures.map((count, index) => ({
        id: `m${index}`,
        value: place < count ? 0 : 1,
        passed: place >= count,
      }));
      scores.set(place, 1, own);
    }
    const cases = suite.cases.map((testCase) => [
      testCase.id,
      { digest: caseDigest(testCase), scores: Object.fromEntries(failures.map((_, index) => [`m${index}`, [1]])) },
    ]);
    const column = {
      prompt: 'p',
      promptDigest: 'x',
      model: 'm',
      samples: 40,
      metrics: { ...summariseMetrics(suite) },
      cases: Object.fromEntries(cases),
    };
    const rules = failures.map((_, index) => maxDrop(0.05, { metric: `m${index}`, family: 'file', ...changes }));
    return judgeGates(rules, columnOf(scores, { suite, baseline: { column, of: BLESSED } }));
  };
  const verdicts = (failures: readonly number[], changes: Partial<GateRule> = {}) =>
    families(failures, changes).map(({ verdict }) => verdict);
  /** The fewest failures that one gate alone proves, and those that it proves at a share of the chance. */
  const fewest = (share: number) => {
    for (let count = 1; count <= 40; count++) {
      const [gate] = judgeGates(
        [maxDrop(0.05, { confidence: 1 - 0.05 / share })],
        compared(ones(40), failing(40, count)),
      );
      if (gate?.verdict === 'fail') return count;
    }
    return 41;
  };

  it('asks more of the first failure among ten gates than of one alone', () => {
    const [alone, ofTen] = [fewest(1), fewest(10)];
    expect(ofTen).toBeGreaterThan(alone);
    const calm = draws(9, () => 0);
    expect(verdicts([alone, ...calm])[0]).toBe('inconclusive');
    expect(verdicts([ofTen, ...calm])[0]).toBe('fail');
    expect(verdicts([alone, ...calm], { family: null })[0]).toBe('fail');
  });

  it('asks less of the next once one has failed: at an (m - 1)-th', () => {
    const [alone, ofTwo] = [fewest(1), fewest(2)];
    expect(ofTwo).toBeGreaterThan(alone);
    expect(verdicts([alone, 40])).toEqual(['fail', 'fail']);
    expect(verdicts([alone, 0])).toEqual(['inconclusive', 'pass']);
  });

  it('is what adjusted p values of Holm say', () => {
    const least = new Map(draws(4, (index) => [index + 1, fewest(index + 1)]));
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 4 }), (failures) => {
        // The largest failure has to be proven at a share of all, the next at one of the rest, and so on
        const order = [...failures].sort((a, b) => b - a);
        let rejected = 0;
        while (rejected < order.length && (order[rejected] ?? 0) >= (least.get(order.length - rejected) ?? 99))
          rejected++;
        const limit = rejected === 0 ? 99 : (order[rejected - 1] ?? 99);
        expect(verdicts(failures).map((verdict) => verdict === 'fail')).toEqual(
          failures.map((count) => count >= limit),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('leaves what passes as it was, and tells with how many the chance is shared', () => {
    const [first, second] = families([fewest(1), 0]);
    expect(second?.verdict).toBe('pass');
    expect(first?.message).toContain('shared with 1 other gate');
  });

  it('keeps false alarms of ten equal gates at 5 %', () => {
    let [corrected, each] = [0, 0];
    for (let run = 0; run < 60; run++) {
      const random = createRandom(`holm ${run}`);
      const rows = (n: number): Scores => draws(40, () => draws(n, () => drawYes(random, 0.8)));
      const columns = draws(10, () => compared(rows(1), rows(1)));
      const judged = columns.map((column) => ({
        shared: judgeGates([maxDrop(0, { confidence: 1 - 0.05 / 10 })], column)[0]?.verdict,
        alone: judgeGates([maxDrop(0)], column)[0]?.verdict,
      }));
      corrected += judged.some(({ shared }) => shared === 'fail') ? 1 : 0;
      each += judged.some(({ alone }) => alone === 'fail') ? 1 : 0;
    }
    expect(corrected / 60).toBeLessThanOrEqual(0.1);
    expect(each / 60).toBeGreaterThan(0.25);
  });
});
