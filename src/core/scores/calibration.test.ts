import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accuracyOf, agreementOf, separationOf } from './calibration.js';

const scored = fc.array(fc.record({ value: fc.integer({ min: 0, max: 5 }), good: fc.boolean() }), {
  minLength: 2,
  maxLength: 12,
});

const eachOfItsOwn = <T extends object>(rows: readonly T[]) => rows.map((row, item) => ({ ...row, item }));

describe('separationOf', () => {
  it('is the share of pairs in the right order, and its mark has the greatest Youden index', () => {
    fc.assert(
      fc.property(scored, (scores) => {
        const found = separationOf(eachOfItsOwn(scores), 'higher');
        const good = scores.filter((score) => score.good);
        const bad = scores.filter((score) => !score.good);
        if (good.length === 0 || bad.length === 0) {
          expect(found).toBeNull();
          return;
        }
        const pairs = good.flatMap((a) => bad.map((b) => (a.value > b.value ? 1 : a.value === b.value ? 0.5 : 0)));
        expect(found?.auc).toBeCloseTo(pairs.reduce((sum: number, x) => sum + x, 0) / pairs.length, 10);
        const values = [...new Set(scores.map(({ value }) => value))].sort((a, b) => a - b);
        const youden = (mark: number) =>
          good.filter(({ value }) => value >= mark).length / good.length +
          bad.filter(({ value }) => value < mark).length / bad.length;
        const mark = found?.mark ?? null;
        expect(mark === null).toBe(values.length === 1);
        // Each gap between two scores is as good a place as any other in it
        if (mark !== null) expect(youden(mark)).toBeCloseTo(Math.max(...values.slice(1).map(youden)), 10);
      }),
      { numRuns: 60 },
    );
  });

  it('is turned round where lower is better', () => {
    const scores = [1, 2, 3, 8, 9].map((value) => ({ item: value, value, good: value < 5 }));
    expect(separationOf(scores, 'lower')).toMatchObject({ auc: 1, mark: 5.5 });
    expect(separationOf(scores, 'higher')).toMatchObject({ auc: 0 });
  });
});

it('agreement and accuracy of a known table', () => {
  const pairs = [
    ...Array.from({ length: 20 }, () => ({ good: true, passed: true })),
    ...Array.from({ length: 5 }, () => ({ good: true, passed: false })),
    ...Array.from({ length: 10 }, () => ({ good: false, passed: true })),
    ...Array.from({ length: 15 }, () => ({ good: false, passed: false })),
  ];
  const { kappa, sensitivity, specificity } = accuracyOf(eachOfItsOwn(pairs));
  expect(kappa).toBeCloseTo(0.4, 12);
  expect([sensitivity.rate, specificity.rate]).toEqual([0.8, 0.6]);
});

it('orders categories as the numbers that they are', () => {
  const pairs = ['10', '9', '1'].map((label) => ({ item: label, label, predicted: label }));
  expect(agreementOf(pairs)).toMatchObject({ categories: ['1', '9', '10'], kappa: 1, weighted: { linear: 1 } });
});

it('rows that show the same tell as much as one: the figures stay, their intervals are those of what is different', () => {
  const agrees = (item: number) => ({ item, good: item % 2 === 0, passed: item % 2 === 0 });
  const four = accuracyOf([0, 1, 2, 3].map(agrees));
  const forty = accuracyOf(Array.from({ length: 40 }, (_, index) => agrees(index % 4)));
  expect(forty).toMatchObject({ kappa: 1, sensitivity: { hits: 20, n: 20, size: 2 }, specificity: { n: 20, size: 2 } });
  expect(forty.sensitivity.interval?.low).toBeCloseTo(four.sensitivity.interval?.low ?? Number.NaN, 10);
  // One text of which people say this and that is one text
  const one = accuracyOf(Array.from({ length: 40 }, (_, index) => ({ item: 'a', good: index < 30, passed: true })));
  expect(one).toMatchObject({ sensitivity: { size: 1 }, specificity: { size: 1 }, kappaInterval: null });
});
