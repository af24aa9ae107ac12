import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareJson, scoreJsonSimilarity, signJsonSimilarity } from './json-similarity.js';
import { compareLevenshtein } from './levenshtein.js';

describe('compareJson', () => {
  it.each([
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, 1],
    [{ a: 1 }, { a: 1, b: 2 }, 1 / 2],
    [{ a: 'kitten' }, { a: 'sitting' }, 1 - 3 / 7],
    [10, 8, 0.8],
    [1, -1, 0],
    [Number.MAX_VALUE, -Number.MAX_VALUE, 0],
    [0, 0, 1],
    ['1', 1, 0],
    [null, false, 0],
    [[], [], 1],
    [{}, {}, 1],
    [[], {}, 0],
    [{ a: undefined }, { b: undefined }, 0],
  ])('%j and %j', (left, right, expected) => {
    expect(compareJson(left, right)).toBeCloseTo(expected, 12);
  });

  it('pairs the items of arrays in order: one too many costs one', () => {
    expect(compareJson([{ id: 9 }, 'a', 'b', 'c'], ['a', 'b', 'c'])).toBe(3 / 4);
    expect(compareJson(['b', 'a'], ['a', 'b'])).toBe(1 / 2);
  });

  it('does not take inherited keys for present', () => {
    expect(compareJson(JSON.parse('{"__proto__": 1}'), {})).toBe(0);
    expect(compareJson({ constructor: 1 }, {})).toBe(0);
  });

  it('pairs large documents by position', () => {
    const numbers = Array.from({ length: 2000 }, (_, index) => String(index));
    expect(compareJson(numbers, numbers)).toBe(1);
    expect(compareJson(['x', ...numbers], numbers)).toBeLessThan(0.8);
  });

  it('has no score for what is too deep or too long', () => {
    const depth = 100_000;
    expect(compareJson(JSON.parse('['.repeat(depth) + ']'.repeat(depth)), [])).toBeNull();
    expect(compareJson(['a'.repeat(2 ** 17)], ['b'.repeat(2 ** 17)])).toBeNull();
  });

  it('is symmetric, in range, and 1 exactly for equal values', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (left, right) => {
        const similarity = compareJson(left, right);
        expect(similarity).toBeCloseTo(compareJson(right, left) ?? -1, 12);
        expect(similarity).toBeGreaterThanOrEqual(0);
        expect(similarity).toBeLessThanOrEqual(1);
        expect(compareJson(left, left)).toBeCloseTo(1, 12);
      }),
    );
  });
});

describe('scoreJsonSimilarity', () => {
  it('takes the best reference', () => {
    expect(scoreJsonSimilarity([1], [[2], [1], 'x'])).toBe(1);
    expect(signJsonSimilarity(3)).toContain('nrefs:3|');
  });
});

describe('compareLevenshtein', () => {
  it('is one minus the distance over the longer length', () => {
    expect(compareLevenshtein('kitten', 'sitting')).toBeCloseTo(1 - 3 / 7, 12);
    expect([compareLevenshtein('', ''), compareLevenshtein('', 'abc')]).toEqual([1, 0]);
  });

  it('is exact for long texts that differ little, null where it would take too long', () => {
    const long = 'ab'.repeat(2 ** 18);
    expect(compareLevenshtein(`${long}x${long}`, `${long}yz${long}`)).toBeCloseTo(1 - 2 / (2 ** 20 + 2), 15);
    expect(compareLevenshtein(`x${long}y`, `y${long}x`)).toBeNull();
  });
});
