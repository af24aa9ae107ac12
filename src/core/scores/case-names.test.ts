import fc from 'fast-check';
import { expect, it } from 'vitest';
import { casesNamed } from './case-names.js';

const ids = ['refund', 'refund-window', 'refund-when', 'a.b', 'a*b', 'axb', '[x]'];

it.each([
  ['refund', ['refund']],
  ['refund-w', ['refund-window', 'refund-when']],
  ['refund-*', ['refund-window', 'refund-when']],
  ['*w?en', ['refund-when']],
  ['a.b', ['a.b']],
  ['a.*', ['a.b']],
  ['a*b', ['a*b']],
  ['[x]', ['[x]']],
  ['[*', ['[x]']],
  ['window', []],
  ['', []],
])('%s stands for %j', (name, expected) => {
  expect(casesNamed(ids, name)).toEqual(expected);
});

it('an id stands for itself alone, whatever it holds', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string(), { minLength: 1 }), (all) => {
      for (const id of all) expect(casesNamed(all, id)).toEqual([id]);
    }),
  );
});
