import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffWords } from './word-diff.js';

const words = fc
  .array(fc.constantFrom('the', 'shop', 'takes', 'shoes', 'back', ',', ' ', '\n', '返品', '3.10'), { maxLength: 40 })
  .map((parts) => parts.join(' '));
const joined = (before: string, now: string, kinds: readonly string[]) =>
  (diffWords(before, now) ?? []).filter(({ kind }) => kinds.includes(kind)).map(({ text }) => text);
const withoutSpace = (text: string) => text.replace(/\s+/g, '');

describe('diffWords', () => {
  it('marks what was said otherwise, whole words at a time', () => {
    expect(diffWords('You get $10.00 back today.', 'You will get $12.00 back.')).toEqual([
      { kind: 'same', text: 'You ' },
      { kind: 'added', text: 'will ' },
      { kind: 'same', text: 'get $' },
      { kind: 'removed', text: '10' },
      { kind: 'added', text: '12' },
      { kind: 'same', text: '.00 back' },
      { kind: 'removed', text: ' today' },
      { kind: 'same', text: '.' },
    ]);
    expect(diffWords('one\ntwo', 'one two')).toEqual([{ kind: 'same', text: 'one two' }]);
  });

  it('loses nothing: the second text is there as it is, the first but for where its lines break', () => {
    fc.assert(
      fc.property(words, words, (before, now) => {
        expect(joined(before, now, ['same', 'added']).join('')).toBe(now);
        expect(withoutSpace(joined(before, now, ['same', 'removed']).join(''))).toBe(withoutSpace(before));
      }),
    );
  });

  it('says that it does not know where it would take long', () => {
    expect(diffWords('a '.repeat(100_000), 'b')).toBeNull();
    const different = (word: string) => Array.from({ length: 3000 }, (_, n) => `${word}${n}`).join(' ');
    expect(diffWords(different('a'), different('b'))).toBeNull();
  });
});
