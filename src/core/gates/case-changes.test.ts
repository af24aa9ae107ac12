import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BLESSED, compared, type Scores } from '../../../test/helpers/compared.js';
import { metricEntry } from '../../../test/helpers/suite.js';
import { changesOf } from './case-changes.js';

const ids = (changes: readonly { readonly case: string }[] = []) => changes.map((change) => change.case);

describe('cases since the baseline', () => {
  it('are newly broken, failing as before or fixed by their trials', () => {
    const before: Scores = [
      [1, 1],
      [1, 1],
      [1, 0],
      [0, 0],
      [0, 1],
      [1, 1],
    ];
    const now: Scores = [
      [1, 1],
      [1, 0],
      [0, 0],
      [0, 0],
      [1, 1],
      [0, 0],
    ];
    const changes = changesOf(compared(before, now));
    const cases = compared(before, now).suite.cases;
    const named = (...places: readonly number[]) => places.map((place) => cases.at(place)?.id ?? '');
    expect(ids(changes?.broken.first)).toEqual(named(1, 5));
    expect(ids(changes?.failing.first)).toEqual(named(2, 3));
    expect(ids(changes?.fixed.first)).toEqual(named(4));
    expect(changes).toMatchObject({ compared: 6, baseline: BLESSED, added: { count: 0 }, gone: { count: 0 } });
    expect(changes?.broken.first[0]).toMatchObject({ before: 1, now: 0.5, scores: [{ before: 1, now: 0.5 }] });
  });

  it('that are new or gone are named, and not compared', () => {
    const gone = changesOf(compared([[1], [1], [0]], [[1], [0]]));
    expect(gone).toMatchObject({ compared: 2, gone: { count: 1, first: ['gone-2'] } });
    const added = changesOf(compared([[1]], [[1], [0]]));
    expect(added).toMatchObject({ compared: 1, broken: { count: 0 }, added: { count: 1 } });
  });

  it('are unknown without a baseline, and where the marks are others now', () => {
    const column = compared([[1]], [[0]]);
    expect(changesOf({ ...column, baseline: { why: 'there is none' } })).toBeNull();
    const other = compared([[1]], [[0]], { entry: metricEntry({ mark: { min: 0.5 } }) });
    expect(changesOf({ ...column, baseline: other.baseline })).toBeNull();
  });

  it('are each of one kind at most, and none is lost', () => {
    const trials = fc.array(fc.constantFrom(0, 1), { minLength: 2, maxLength: 2 });
    fc.assert(
      fc.property(fc.array(fc.tuple(trials, trials), { minLength: 1, maxLength: 30 }), (cases) => {
        const changes = changesOf(
          compared(
            cases.map(([before]) => before),
            cases.map(([, now]) => now),
          ),
        );
        const all = [changes?.broken, changes?.failing, changes?.fixed].flatMap((kind) => ids(kind?.first));
        expect(new Set(all).size).toBe(all.length);
        const passing = (trial: readonly number[]) => trial.every((value) => value === 1);
        const steady = cases.filter(([before, now]) => passing(before) && passing(now)).length;
        expect(all.length + steady).toBe(cases.length);
        expect(changes?.compared).toBe(cases.length);
      }),
    );
  });
});
