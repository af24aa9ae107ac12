import { describe, expect, it } from 'vitest';
import { normalizeAnswer, scoreExactMatch, scoreF1 } from './squad.js';

describe('normalizeAnswer', () => {
  it.each([
    ['The  Cat!', 'cat'],
    ["a dog's tail, an ant", 'dogs tail ant'],
    // An article only as a whole word, also before letters that are not ASCII.
    ['theatre aé anthem', 'theatre aé anthem'],
    ['the, a.', ''],
  ])('turns %j into %j', (text, expected) => {
    expect(normalizeAnswer(text)).toBe(expected);
  });
});

describe('scoreF1', () => {
  it('is the harmonic mean of precision and recall over tokens, counted as often as they occur', () => {
    expect(scoreF1('the cat sat sat', ['cat sat down'])).toBeCloseTo(2 / 3, 12);
  });

  it('takes the best reference', () => {
    expect(scoreF1('Denver Broncos', ['Carolina Panthers', 'the Denver Broncos', 'Denver'])).toBe(1);
  });

  it('is 1 for no answer where none is expected, else 0', () => {
    expect([scoreF1('', ['the']), scoreF1('', ['cat']), scoreF1('cat', [''])]).toEqual([1, 0, 0]);
  });
});

describe('scoreExactMatch', () => {
  it('disregards case, punctuation and articles', () => {
    expect(scoreExactMatch('The cat?', ['dog', 'cat'])).toBe(1);
    expect(scoreExactMatch('two cats', ['cat'])).toBe(0);
  });
});
