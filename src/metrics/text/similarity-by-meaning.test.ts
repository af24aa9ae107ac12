import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blendSemantic, cosine, similarityByMeaning, stringSimilarity } from './similarity-by-meaning.js';

const component = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const text = fc.string({
  unit: fc.constantFrom('a', 'B', ' ', '\0', '😀', '\ud800', 'שלום', '你', '\n'),
  maxLength: 30,
});

describe('cosine', () => {
  it('is 1 for one direction, 0 for a right angle, -1 for opposites', () => {
    expect(cosine([1, 2], [2, 4])).toBeCloseTo(1, 12);
    expect(cosine([1, 0], [0, 3])).toBe(0);
    expect(cosine([1, 1], [-1, -1])).toBeCloseTo(-1, 12);
    expect(cosine([3, 4], [4, 3])).toBeCloseTo(24 / 25, 12);
  });

  it('is null without a direction', () => {
    expect(cosine([0, 0], [1, 2])).toBeNull();
    expect(cosine([], [1, 2])).toBeNull();
    expect(cosine([], [])).toBeNull();
    expect(cosine([Number.NaN, 1], [1, 2])).toBeNull();
    expect(cosine([Number.POSITIVE_INFINITY, 1], [1, 2])).toBeNull();
  });

  it('refuses vectors of different length', () => {
    expect(() => cosine([1, 2, 3], [1, 2])).toThrow(RangeError);
  });

  it('is symmetric and within -1 and 1', () => {
    const pair = fc.integer({ min: 1, max: 8 }).chain((length) => {
      const vector = fc.array(component, { minLength: length, maxLength: length });
      return fc.tuple(vector, vector);
    });
    fc.assert(
      fc.property(pair, ([a, b]) => {
        const value = cosine(a, b);
        expect(value).toBe(cosine(b, a));
        if (value !== null) expect(Math.abs(value)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('stringSimilarity', () => {
  it('is the Dice coefficient of letter pairs', () => {
    // ni ig gh ht / na ac ch ht: one pair of four and four.
    expect(stringSimilarity('night', 'nacht')).toBe(0.25);
    expect(stringSimilarity('Hello World', 'helloworld')).toBe(1);
    expect(stringSimilarity('abc', 'xyz')).toBe(0);
  });
});

describe('blendSemantic', () => {
  it('gives two thirds to the cosine', () => {
    expect(blendSemantic({ cosine: 0.9, stringSimilarity: 0.3 })).toBe(0.7);
    expect(blendSemantic({ cosine: 1, stringSimilarity: 1 })).toBe(1);
    expect(blendSemantic({ cosine: -1, stringSimilarity: 0 })).toBe(0);
    expect(blendSemantic({ cosine: 0.9, stringSimilarity: 0.3, stringWeight: 0 })).toBe(0.9);
  });

  it('does not show the noise of the engine', () => {
    expect(blendSemantic({ cosine: 0.812345678, stringSimilarity: 0.4 })).toBe(
      blendSemantic({ cosine: 0.812345912, stringSimilarity: 0.4 }),
    );
  });
});

describe('similarityByMeaning', () => {
  it('is 1 for equal texts and 0 between something and nothing, whatever the vectors', () => {
    expect(similarityByMeaning({ text: '你好', vector: [0, 0] }, { text: ' 你好\n', vector: [0, 0] })).toBe(1);
    expect(similarityByMeaning({ text: '', vector: [] }, { text: ' ', vector: [] })).toBe(1);
    expect(similarityByMeaning({ text: ' ', vector: [0, 0] }, { text: 'hello', vector: [1, 0] })).toBe(0);
  });

  it('is null when one of the texts could not be read', () => {
    expect(similarityByMeaning({ text: '你好', vector: [0, 0] }, { text: 'hello', vector: [1, 0] })).toBeNull();
  });

  it('blends the angle with the surface', () => {
    expect(similarityByMeaning({ text: 'night', vector: [3, 4] }, { text: 'nacht', vector: [4, 3] })).toBe(0.723);
    expect(similarityByMeaning({ text: 'night', vector: [3, 4] }, { text: 'nacht', vector: [4, 3] }, 0)).toBe(0.96);
  });

  it('is a number from 0 to 1 or null for any texts', () => {
    const vector = fc.array(component, { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(text, text, vector, vector, (left, right, a, b) => {
        const value = similarityByMeaning({ text: left, vector: a }, { text: right, vector: b });
        if (value !== null) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
