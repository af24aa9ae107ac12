import fc from 'fast-check';
import { expect, it } from 'vitest';
import { seenLine, seenStretches } from './seen-text.js';

it('a text is in its stretches, none of which hides or reorders', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const stretches = [...seenStretches(text)];
      expect(stretches.map((stretch) => stretch.text).join('')).toBe(text.replace(/\r\n/g, '\n'));
      const shown = stretches.map(({ text: seen, code }) => code ?? seen).join('');
      expect(shown).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/);
      expect(shown.isWellFormed()).toBe(true);
    }),
  );
});

it('a name is one line', () => {
  expect(seenLine('a\n\u202eb\tc')).toBe('a �b c');
});
