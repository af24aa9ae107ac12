import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { hasReferenceData, referencePath } from '../../../test/helpers/reference-data.js';
import { countMisses, drawBeta, draws, drawYes, pairOf } from '../../../test/helpers/simulate.js';
import type { Bounds } from '../scores/statistic.js';
import { createRandom, drawNormal, type Random } from '../stats/random.js';
import { measureChange } from './change.js';
import type { CasePair, ChangeQuestion } from './change-methods.js';

const question = (changes: Partial<ChangeQuestion> = {}): ChangeQuestion => ({
  stat: 'mean',
  unit: 'fraction',
  better: 'higher',
  inference: 'population',
  relative: false,
  seed: 'test',
  ...changes,
});
const pairs = (before: readonly number[], now: readonly number[]) =>
  before.map((value, index) => pairOf(index, [value], [now[index] ?? Number.NaN]));
const boundsOf = (cases: readonly CasePair[], changes: Partial<ChangeQuestion> = {}) =>
  measureChange(cases, question(changes))?.bounds(0.9) ?? null;
const methodOf = (cases: readonly CasePair[], changes: Partial<ChangeQuestion> = {}) =>
  boundsOf(cases, changes)?.method ?? null;
const graded = (random: Random, n: number, shift = 0) => draws(n, () => Math.min(1, random.uniform() * 0.8 + shift));

test('fractions cannot change by more than 1, whatever the method', () => {
  const fraction = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.tuple(fraction, fraction), { minLength: 2, maxLength: 20 }), (both) => {
      const bounds = boundsOf(both.map(([before, now], index) => pairOf(index, [before], [now])));
      expect(bounds?.low ?? 0).toBeGreaterThanOrEqual(-1);
      expect(bounds?.high ?? 0).toBeLessThanOrEqual(1);
    }),
  );
  expect(boundsOf(pairs([0.9, 1, 1, 0.95, 1], [0, 0, 0.1, 0.05, 0]))?.low).toBeGreaterThanOrEqual(-1);
});

test('nothing falls by more than all of it, whatever the method', () => {
  const amount = fc.double({ min: 0, max: 1000, noNaN: true });
  const question = { relative: true, unit: 'ms', better: 'lower' } as const;
  fc.assert(
    fc.property(fc.array(fc.tuple(amount, amount), { minLength: 2, maxLength: 20 }), (both) => {
      const cases = both.map(([before, now], index) => pairOf(index, [before], [now]));
      expect(boundsOf(cases, question)?.high ?? 0).toBeLessThanOrEqual(1);
    }),
  );
  expect(boundsOf(pairs([9, 10, 11, 1, 12, 10], [0, 0, 0.4, 4, 0, 0]), question)?.high).toBe(1);
  const rate = { relative: true, stat: 'rate' } as const;
  expect(boundsOf(pairs([1, 1, 0, 1, 0, 1], [0, 0, 1, 0, 0, 0]), rate)?.low).toBe(-1);
});

test('a quantile is drawn to no case that was asked more often than others', () => {
  const cases = draws(20, (index) => {
    const time = index < 10 ? 1000 : 100 + index;
    return pairOf(
      index,
      [time],
      Array.from({ length: index < 10 ? 10 : 1 }, () => time),
    );
  });
  const change = measureChange(cases, question({ stat: 'median', unit: 'ms', better: 'lower' }));
  expect(change?.estimate).toBeCloseTo(0, 12);
});

describe('the method follows from the data', () => {
  const random = createRandom('methods');
  const few = pairs(graded(random, 10), graded(random, 10));
  const many = pairs(graded(random, 30), graded(random, 30));
  const yesNo = pairs([1, 0, 1, 1], [1, 1, 0, 1]);
  const trials = draws(20, (name) => pairOf(name, [1, name % 2], [1, 0, name % 3 === 0 ? 1 : 0]));
  it.each<[string, readonly CasePair[], Partial<ChangeQuestion>, string | null]>([
    ['yes/no of one trial', yesNo, {}, 'gains and losses (Newcombe)'],
    ['yes/no of several trials', trials, {}, 'gains and losses (Newcombe)'],
    ['yes/no of one trial, a share', yesNo, { relative: true }, 'Fieller'],
    ['few graded', few, {}, 'sign-flip'],
    ['many graded', many, {}, 't'],
    ['a share of graded', many, { relative: true }, 'Fieller'],
    ['a share of times', many, { relative: true, unit: 'ms' }, 'Fieller'],
    ['times', many, { unit: 'ms' }, 't'],
    ['the median', many, { stat: 'median' }, 'bootstrap'],
    ['the median of few', few, { stat: 'median' }, 'bootstrap'],
    ['the median of too few', few.slice(0, 7), { stat: 'median' }, null],
    ['p95 with less than two cases beyond', many, { stat: 'p95' }, null],
    ['trials of cases that stand for themselves', trials, { inference: 'suite' }, 't within cases'],
    ['one trial of them', many, { inference: 'suite' }, 't'],
    ['pass^2 of cases with two trials', draws(20, (n) => pairOf(n, [1, n % 2], [1, 1])), { stat: 'pass^2' }, 't'],
  ])('%s', (_, cases, changes, method) => {
    expect(methodOf(cases, changes)).toBe(method);
  });

  it('cases that are alike are one cluster', () => {
    const grouped = many.map((pair, index) => ({ ...pair, cluster: Math.floor(index / 3) }));
    expect(methodOf(grouped)).toBe('cluster-robust t');
    expect(methodOf(yesNo.map((pair) => ({ ...pair, cluster: 'one document' })))).toBeNull();
  });
});

describe('small or even data have a defined answer', () => {
  it.each<[string, readonly CasePair[], Partial<ChangeQuestion>, number | null]>([
    ['no case', [], {}, null],
    ['a share of 0', pairs([0, 0, 0], [1, 0, 1]), { relative: true }, null],
    ['pass^3 of two trials', [pairOf(1, [1, 1], [1, 1])], { stat: 'pass^3' }, null],
    ['the smallest', pairs([1, 2], [3, 4]), { stat: 'min', unit: 'number' }, null],
    ['one case', pairs([0.5], [0.75]), {}, 0.25],
    ['all equal', pairs([0.5, 0.5, 0.5], [0.5, 0.5, 0.5]), {}, 0],
    ['all pass', pairs([1, 1, 1], [1, 1, 1]), {}, 0],
    ['all fail', pairs([0, 0, 0], [0, 0, 0]), {}, 0],
    ['worse where lower is better', pairs([100, 100], [150, 150]), { unit: 'ms', better: 'lower' }, -50],
    ['a share of it', pairs([100, 100], [150, 150]), { unit: 'ms', better: 'lower', relative: true }, -0.5],
    ['a share of a negative mean', pairs([-2, -4], [-3, -3]), { unit: 'number', relative: true }, 0],
  ])('%s', (_, cases, changes, estimate) => {
    const change = measureChange(cases, question(changes));
    expect(change?.estimate ?? null).toBe(estimate);
    expect(change?.cases ?? 0).toBe(change ? cases.length : 0);
  });

  it('fewer than five graded cases bound nothing, so no drop is ever proven', () => {
    expect(boundsOf(pairs([0.9, 0.8, 0.7, 0.9], [0.1, 0.2, 0.1, 0.3]))).toBeNull();
    expect(boundsOf(pairs([0.9], [0.1]))).toBeNull();
    expect(boundsOf(pairs([0.9, 0.8, 0.7, 0.9, 0.8], [0.1, 0.2, 0.1, 0.3, 0.2]))?.high).toBeLessThan(0);
  });

  it.each([[[1, 1, 1, 1, 1, 1, 1, 1]], [[0, 0, 0, 0, 0, 0, 0, 0]], [[0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]]])(
    'scores %j that stay as they are are no certainty',
    (values) => {
      const bounds = boundsOf(pairs(values, values));
      expect(bounds?.low).toBeLessThan(-0.05);
      expect(bounds?.high).toBeGreaterThan(0.05);
      expect(measureChange(pairs(values, values), question())?.p()).toBe(1);
    },
  );

  it('an end that no data rule out is none: a mean that may be 0 has no share', () => {
    const bounds = boundsOf(pairs([0.1, -0.2, 0.3, 5], [1, 2, 3, 4]), { unit: 'number', relative: true });
    expect(bounds).toBeNull();
  });
});

describe('properties', () => {
  const value = fc.constantFrom(0, 1);
  const score = fc.double({ min: 0, max: 1, noNaN: true });
  const cases = (of: fc.Arbitrary<number>) =>
    fc
      .array(fc.tuple(fc.array(of, { minLength: 1, maxLength: 3 }), fc.array(of, { minLength: 1, maxLength: 3 })), {
        minLength: 1,
        maxLength: 24,
      })
      .map((rows) => rows.map(([before, now], index) => pairOf(index, before, now)));
  const any = fc.oneof(cases(value), cases(score));
  const stat = fc.constantFrom('mean' as const, 'rate' as const);
  const swap = (all: readonly CasePair[]) =>
    all.map(({ before, now, ...rest }) => ({ ...rest, before: now, now: before }));

  test('bounds enclose the estimate', () => {
    fc.assert(
      fc.property(any, stat, fc.constantFrom('population' as const, 'suite' as const), (all, of, inference) => {
        const change = measureChange(all, question({ stat: of, inference }));
        const { low, high } = change?.bounds(0.9) ?? {};
        expect(low ?? Number.NEGATIVE_INFINITY).toBeLessThanOrEqual((change?.estimate ?? Number.NaN) + 1e-9);
        expect(high ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual((change?.estimate ?? Number.NaN) - 1e-9);
      }),
    );
  });

  test('before and now swapped turn the signs', () => {
    fc.assert(
      fc.property(any, stat, (all, of) => {
        const there = measureChange(all, question({ stat: of }));
        const back = measureChange(swap(all), question({ stat: of }));
        expect(back?.estimate).toBeCloseTo(-(there?.estimate ?? Number.NaN), 9);
        expect(back?.p()).toBeCloseTo(there?.p() ?? Number.NaN, 9);
        const [one, other] = [there?.bounds(0.9) ?? null, back?.bounds(0.9) ?? null];
        expect(other === null).toBe(one === null);
        if (one === null || other === null) return;
        expect(other.low).toBeCloseTo(-(one.high ?? Number.NaN), 5);
        expect(other.high).toBeCloseTo(-(one.low ?? Number.NaN), 5);
      }),
    );
  });

  test('lower is better turns the signs', () => {
    fc.assert(
      fc.property(any, (all) => {
        const [higher, lower] = [boundsOf(all), boundsOf(all, { better: 'lower' })];
        expect(lower?.low ?? 0).toBeCloseTo(-(higher?.high ?? 0), 9);
        expect(lower?.high ?? 0).toBeCloseTo(-(higher?.low ?? 0), 9);
      }),
    );
  });

  test('the order of the cases does not matter', () => {
    fc.assert(
      fc.property(any, fc.infiniteStream(fc.nat()), (all, keys) => {
        const order = new Map(all.map((pair) => [pair.case, keys.next().value ?? 0]));
        const shuffled = all.toSorted((a, b) => (order.get(a.case) ?? 0) - (order.get(b.case) ?? 0));
        const [one, other] = [boundsOf(all), boundsOf(shuffled)];
        expect(other?.low ?? 9).toBeCloseTo(one?.low ?? 9, 5);
        expect(other?.high ?? 9).toBeCloseTo(one?.high ?? 9, 5);
      }),
    );
  });

  test('more of the same cases give narrower bounds', () => {
    const random = createRandom('narrower');
    const width = (bounds: Bounds | null) => (bounds?.high ?? Number.NaN) - (bounds?.low ?? Number.NaN);
    for (const draw of [() => drawYes(random, 0.7), () => random.uniform()]) {
      const few = draws(20, (name) => pairOf(name, draws(2, draw), draws(2, draw)));
      const many = draws(80, (name) => ({ ...(few[name % 20] ?? pairOf(0, [], [])), case: `${name}`, cluster: name }));
      expect(width(boundsOf(many)) / width(boundsOf(few))).toBeGreaterThan(0.4);
      expect(width(boundsOf(many)) / width(boundsOf(few))).toBeLessThan(0.6);
    }
  });
});

/** The seeds are fixed, so these numbers are always the same; the limits leave room for what chance adds to 5 %. */
describe('one-sided bounds of 95 % miss a true change about 5 % of the time', () => {
  const RUNS = 300;
  const LIMIT = 0.05 + 2.6 * Math.sqrt((0.05 * 0.95) / RUNS);
  interface World {
    readonly before: () => number;
    readonly now: () => number;
  }
  const yesNo =
    (a: number, b: number, keep: number) =>
    (random: Random): World => {
      const p = drawBeta(random, a, b);
      return { before: () => drawYes(random, p), now: () => drawYes(random, p * keep) };
    };
  const alike = (random: Random): World => ({ before: () => drawYes(random, 0.95), now: () => drawYes(random, 0.95) });
  const breaks = (random: Random): World => {
    const kind = random.uniform();
    return { before: () => (kind < 0.5 ? 1 : 0), now: () => (kind < 0.5 && kind >= 0.1 ? 1 : 0) };
  };
  const scores = (random: Random): World => {
    const level = 20 * drawBeta(random, 8, 2);
    const score = () => drawBeta(random, level, 20 - level);
    const keep = random.uniform() < 0.15 ? 0.5 : 1;
    return { before: score, now: () => keep * score() };
  };
  const times =
    (factor: number) =>
    (random: Random): World => {
      const level = 0.5 * drawNormal(random);
      const time = () => 1000 * Math.exp(level + 0.4 * drawNormal(random));
      return { before: time, now: () => factor * time() };
    };
  const ms = { unit: 'ms' } as const;
  it.each<[string, number, number, number, (random: Random) => World, number, Partial<ChangeQuestion>]>([
    // what, cases, trials before and now, a world, the true change
    ['yes/no, no change', 20, 1, 1, yesNo(4, 1, 1), 0, {}],
    // What Newcombe's interval of the two rates gets wrong: no case that differs, of cases half of which pass, is no proof
    ['yes/no, one case in ten breaks', 20, 1, 1, breaks, -0.1, {}],
    ['yes/no trials, one case in ten breaks', 20, 3, 3, breaks, -0.1, {}],
    ['yes/no, a drop', 40, 1, 1, yesNo(4, 1, 0.8125), -0.15, {}],
    ['yes/no trials, no change', 20, 3, 3, yesNo(4, 1, 1), 0, {}],
    ['yes/no trials, cases all or nothing', 20, 3, 3, yesNo(0.4, 0.1, 1), 0, {}],
    ['yes/no trials, a drop', 40, 3, 3, yesNo(4, 1, 0.8125), -0.15, {}],
    // What a t interval of the differences gets wrong: 13 % false alarms, as the baseline shows few of its own failures
    ['a baseline of one trial against five', 20, 1, 5, alike, 0, {}],
    ['a baseline of five trials against two', 40, 5, 2, alike, 0, {}],
    ['yes/no, a share of the baseline', 40, 3, 3, yesNo(4, 1, 0.8), -0.2, { relative: true }],
    ['graded, a drop in some cases', 20, 1, 1, scores, -0.06, {}],
    ['graded trials, a drop in some cases', 40, 3, 3, scores, -0.06, {}],
    ['times, no change', 12, 1, 1, times(1), 0, { ...ms, relative: true }],
    ['times, slower by a fifth', 20, 3, 3, times(1.2), 0.2, { ...ms, relative: true }],
    ['times, no change in ms', 20, 1, 1, times(1), 0, ms],
  ])('%s: %i cases, %i and %i trials', (name, n, trialsBefore, trialsNow, world, truth, changes) => {
    const misses = countMisses(name, RUNS, truth, (random) => {
      const all = draws(n, (index) => {
        const { before, now } = world(random);
        return pairOf(index, draws(trialsBefore, before), draws(trialsNow, now));
      });
      return boundsOf(all, changes);
    });
    expect(misses.withoutLow + misses.withoutHigh).toBe(0);
    expect(misses.low).toBeLessThanOrEqual(LIMIT);
    expect(misses.high).toBeLessThanOrEqual(LIMIT);
  });

  it('of a quantile too, where it has any', () => {
    const z = 1.2815515655446004 * Math.hypot(0.5, 0.4);
    const misses = countMisses('p90', 120, 0.2 * 1000 * Math.exp(z), (random) => {
      const all = draws(40, (index) => {
        const { before, now } = times(1.2)(random);
        return pairOf(index, [before()], [now()]);
      });
      return boundsOf(all, { ...ms, stat: 'p90' });
    });
    expect(misses.low).toBeLessThan(0.1);
    expect(misses.high).toBeLessThan(0.1);
  });

  it('of these very cases, when they stand for themselves', () => {
    const rates = draws(30, (index) => [1, 0.5, 0.9][index % 3] ?? 0);
    const misses = countMisses('suite', RUNS, -0.1 * (2.4 / 3), (random) =>
      boundsOf(
        rates.map((p, index) =>
          pairOf(
            index,
            draws(3, () => drawYes(random, p)),
            draws(3, () => drawYes(random, 0.9 * p)),
          ),
        ),
        { inference: 'suite' },
      ),
    );
    expect(misses.low).toBeLessThanOrEqual(LIMIT);
    expect(misses.high).toBeLessThanOrEqual(LIMIT);
  });
});

describe('p values under the null', () => {
  const RUNS = 500;
  const LIMIT = 1.95 / Math.sqrt(RUNS);
  /** How far more small p values there are than a uniform distribution has, and how far fewer. */
  const distances = (p: (random: Random) => number | null) => {
    const values = draws(RUNS, (run) => p(createRandom(`null ${run}`)) ?? Number.NaN).sort((a, b) => a - b);
    const tooSmall = values.map((value, index) => (values[index + 1] === value ? 0 : (index + 1) / RUNS - value));
    const tooLarge = values.map((value, index) => value - index / RUNS);
    return { tooSmall: Math.max(...tooSmall), tooLarge: Math.max(...tooLarge) };
  };
  const pOf = (n: number, draw: (random: Random) => () => number, changes: Partial<ChangeQuestion> = {}) =>
    distances((random) => {
      const all = draws(n, (index) => {
        const one = draw(random);
        return pairOf(index, [one()], [one()]);
      });
      return measureChange(all, question(changes))?.p() ?? null;
    });
  const score = (random: Random) => () => random.uniform();

  it.each<[string, number, Partial<ChangeQuestion>]>([
    ['exact sign-flips', 14, {}],
    ['t', 40, {}],
    ['of a ratio', 24, { relative: true, unit: 'ms' }],
  ])('are uniform: %s', (_, n, changes) => {
    const { tooSmall, tooLarge } = pOf(n, score, changes);
    expect(tooSmall).toBeLessThan(LIMIT);
    expect(tooLarge).toBeLessThan(LIMIT + 0.002);
  });

  it("are never too small: McNemar's exact test", () => {
    expect(pOf(40, (random) => () => drawYes(random, 0.7)).tooSmall).toBeLessThan(LIMIT);
  });
});

const gsm8k = referencePath('gsm8k-example_model_solutions.jsonl');
describe.skipIf(!hasReferenceData)('on GSM8K (skipped where ../shared/data is absent)', () => {
  it('pairs two models: 1,319 questions', () => {
    const rows = readFileSync(gsm8k, 'utf8').trim().split('\n');
    const all = rows.map((line, index) => {
      const row = JSON.parse(line) as Record<'6b_verification' | '175b_finetuning', { is_correct: boolean }>;
      return pairOf(index, [Number(row['6b_verification'].is_correct)], [Number(row['175b_finetuning'].is_correct)]);
    });
    const change = measureChange(all, question());
    const { low, high } = change?.bounds(0.9) ?? {};
    // 1.645 of the paired standard error, 0.0144; that of two samples would be 0.0188
    expect((high ?? 0) - (low ?? 0)).toBeCloseTo(2 * 1.645 * 0.0144, 3);
  });
});
