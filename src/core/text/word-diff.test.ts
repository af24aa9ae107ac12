import fc from 'fast-check';
import { expect, it } from 'vitest';
import { diffWords } from './word-diff.js';

it('marks words, and what is gone before what has come', () => {
  expect(diffWords('You can return it within 30 days.', 'You can return it within 60 days!')).toEqual([
    { kind: 'same', text: 'You can return it within ' },
    { kind: 'removed', text: '30' },
    { kind: 'added', text: '60' },
    { kind: 'same', text: ' days' },
    { kind: 'removed', text: '.' },
    { kind: 'added', text: '!' },
  ]);
});

it('gives both texts back, the first but for its spaces', () => {
  const words = fc.array(fc.constantFrom('a', 'b', ' ', 'ab', '.', '日', '\n', '\n ', 'é'), { maxLength: 40 });
  const text = fc.oneof(
    words.map((parts) => parts.join('')),
    fc.string({ unit: 'grapheme' }),
  );
  fc.assert(
    fc.property(text, text, (before, now) => {
      const changes = diffWords(before, now) ?? [];
      const side = (gone: string) => changes.flatMap(({ kind, text: part }) => (kind === gone ? [] : [part])).join('');
      expect(side('removed')).toBe(now);
      // Where a line is broken is no difference of words
      expect(side('added').replace(/\s+/g, '')).toBe(before.replace(/\s+/g, ''));
    }),
  );
});

it('marks no line that is broken elsewhere', () => {
  expect(diffWords('one\ntwo', 'one two')).toEqual([{ kind: 'same', text: 'one two' }]);
});

it('shows what is gone on the line where it stood', () => {
  expect(diffWords('first\nsecond third', 'first third')).toEqual([
    { kind: 'same', text: 'first' },
    { kind: 'removed', text: '\nsecond ' },
    { kind: 'added', text: ' ' },
    { kind: 'same', text: 'third' },
  ]);
  expect(diffWords('first third', 'first\nsecond third')).toEqual([
    { kind: 'same', text: 'first' },
    { kind: 'removed', text: ' ' },
    { kind: 'added', text: '\nsecond ' },
    { kind: 'same', text: 'third' },
  ]);
});

it('shows a whole line that is gone or has come, where the next one begins as it does', () => {
  const [long, short] = ['Rules:\n- be kind\n- be brief\n- be true\n', 'Rules:\n- be kind\n- be true\n'];
  expect(diffWords(long, short)).toEqual([
    { kind: 'same', text: 'Rules:\n- be kind\n' },
    { kind: 'removed', text: '- be brief\n' },
    { kind: 'same', text: '- be true\n' },
  ]);
  expect(diffWords(short, long)).toEqual([
    { kind: 'same', text: 'Rules:\n- be kind\n' },
    { kind: 'added', text: '- be brief\n' },
    { kind: 'same', text: '- be true\n' },
  ]);
  // The last line has no break behind it
  expect(diffWords('- one\n- two', '- one')).toEqual([
    { kind: 'same', text: '- one' },
    { kind: 'removed', text: '\n- two' },
  ]);
});

it('shows other words one after the other, not woven by what they share by chance', () => {
  const [before, now] = ['We ship to the US and Canada only.', 'Be friendly and helpful.'];
  expect(diffWords(before, now)).toEqual([
    { kind: 'removed', text: 'We ship to the US and Canada only' },
    { kind: 'added', text: 'Be friendly and helpful' },
    { kind: 'same', text: '.' },
  ]);
  // What is longer than a change beside it stays: the words between say where one stands
  expect(diffWords('Use at most four sentences, kindly.', 'Use at most two sentences, dryly.')).toEqual([
    { kind: 'same', text: 'Use at most ' },
    { kind: 'removed', text: 'four' },
    { kind: 'added', text: 'two' },
    { kind: 'same', text: ' sentences, ' },
    { kind: 'removed', text: 'kindly' },
    { kind: 'added', text: 'dryly' },
    { kind: 'same', text: '.' },
  ]);
});

it('gives up on texts that are too different', () => {
  const many = (word: string) => Array.from({ length: 3000 }, (_, index) => `${word}${index}`).join(' ');
  expect(diffWords(many('a'), many('b'))).toBeNull();
});
