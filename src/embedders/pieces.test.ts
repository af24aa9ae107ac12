import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { averageVectors, hasDirection, hasInk, splitText } from './pieces.js';

const anyText = fc.string({ unit: fc.constantFrom('a', ' ', '.', '\n', '😀', '\ud800', 'é', 'word '), maxLength: 400 });

describe('splitText', () => {
  it('leaves a text alone that fits', () => {
    expect(splitText('short', { maxLength: 5, maxPieces: 2 })).toEqual(['short']);
    expect(splitText('', { maxLength: 5, maxPieces: 2 })).toEqual(['']);
  });

  it('cuts at white space', () => {
    expect(splitText('one two three four five six', { maxLength: 16, maxPieces: 9 })).toEqual([
      'one two ',
      'three four ',
      'five six',
    ]);
  });

  it('loses nothing while there are pieces enough', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 4, max: 60 }), (text, maxLength) => {
        const pieces = splitText(text, { maxLength, maxPieces: Number.MAX_SAFE_INTEGER });
        expect(pieces.join('')).toBe(text);
      }),
    );
  });

  it('keeps to both limits and never cuts a character in two', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', ' ', '😀'), maxLength: 400 }),
        fc.integer({ min: 4, max: 60 }),
        fc.integer({ min: 1, max: 8 }),
        (text, maxLength, maxPieces) => {
          const pieces = splitText(text, { maxLength, maxPieces });
          expect(pieces.length).toBeLessThanOrEqual(maxPieces);
          for (const piece of pieces) {
            // A character of two code units at a cut may make a piece one unit longer.
            expect(piece.length).toBeLessThanOrEqual(maxLength + 1);
            expect(piece).not.toMatch(/\p{Surrogate}/u);
          }
        },
      ),
    );
  });

  it('samples a long text from its beginning to its end', () => {
    const text = `first ${'middle '.repeat(10_000)}last`;
    const pieces = splitText(text, { maxLength: 100, maxPieces: 5 });
    expect(pieces).toHaveLength(5);
    expect(pieces[0]).toMatch(/^first middle/);
    expect(pieces[4]).toMatch(/middle last$/);
    expect(pieces.join('').length).toBeLessThanOrEqual(500);
  });
});

describe('averageVectors', () => {
  it('gives the common direction at unit length', () => {
    const mean = averageVectors([Float32Array.of(1, 0), Float32Array.of(0, 1)], [3, 1]);
    expect(mean[0]).toBeCloseTo(3 / Math.sqrt(10), 6);
    expect(mean[1]).toBeCloseTo(1 / Math.sqrt(10), 6);
  });

  it('returns a single vector as it is, and none for none', () => {
    const only = Float32Array.of(0.5, 0);
    expect(averageVectors([only], [7])).toBe(only);
    expect(averageVectors([], [])).toHaveLength(0);
  });

  it('has no direction when the pieces cancel each other out', () => {
    const mean = averageVectors([Float32Array.of(1, 0), Float32Array.of(-1, 0)], [1, 1]);
    expect([...mean]).toEqual([0, 0]);
    expect(hasDirection(mean)).toBe(false);
  });
});

describe('hasInk', () => {
  it.each(['', ' \n\t', '\0', '\u0007 '])('sees nothing in %j', (text) => expect(hasInk(text)).toBe(false));
  it.each(['a', ' . ', '\ud800', '😀', '\0x'])('sees something in %j', (text) => expect(hasInk(text)).toBe(true));
});
