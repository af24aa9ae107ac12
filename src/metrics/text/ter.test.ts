import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scoreTer, signTer, terStatistics } from './ter.js';

const words = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 24 });

/** Word edits without shifts. */
function countPlainEdits(left: readonly string[], right: readonly string[]): number {
  let above = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (const [row, word] of left.entries()) {
    const current = [row + 1];
    for (const [column, other] of right.entries()) {
      const kept = (above[column] ?? 0) + (word === other ? 0 : 1);
      current.push(Math.min(kept, (above[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1));
    }
    above = current;
  }
  return above[right.length] ?? 0;
}

describe('scoreTer', () => {
  it('counts a shift as one edit', () => {
    expect(terStatistics('d e f g h a b c', ['a b c d e f g h'])).toEqual({ edits: 1, referenceLength: 8 });
  });

  it('takes the fewest edits over the mean length of the references', () => {
    expect(terStatistics('a b c', ['a b x', 'a b c d e'])).toEqual({ edits: 1, referenceLength: 4 });
  });

  it('passes 1 for a hypothesis much longer than the reference', () => {
    expect(scoreTer('a b c d', ['x'])).toBe(4);
  });

  it('ignores case unless asked, parts and drops punctuation when asked', () => {
    expect(scoreTer('The Cat', ['the cat'])).toBe(0);
    expect(scoreTer('The Cat', ['the cat'], { caseSensitive: true })).toBe(1);
    expect(scoreTer('cat, dog', ['cat dog'])).toBe(0.5);
    expect(scoreTer('cat, dog', ['cat dog'], { noPunctuation: true })).toBe(0);
    expect(scoreTer('cat(dog)', ['cat ( dog )'], { normalized: true })).toBe(0);
    expect(scoreTer('去学校。', ['去 学 校 。'], { normalized: true, asianSupport: true })).toBe(0);
  });

  it('never takes more edits than without shifts', () => {
    fc.assert(
      fc.property(words, words, (hypothesis, reference) => {
        const statistics = terStatistics(hypothesis.join(' '), [reference.join(' ')]);
        expect(statistics?.edits).toBeLessThanOrEqual(countPlainEdits(hypothesis, reference));
        expect(statistics?.edits).toBeGreaterThanOrEqual(Math.abs(hypothesis.length - reference.length));
      }),
    );
  });
});

describe('signTer', () => {
  it('prints the settings as sacrebleu does', () => {
    expect(signTer({}, 1)).toMatchInlineSnapshot(
      `"nrefs:1|case:lc|tok:tercom|norm:no|punct:yes|asian:no|version:llmci-1"`,
    );
  });
});
