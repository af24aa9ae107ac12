import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addressOf, FILTERS, type PageState, parseAddress, VIEWS } from './address.js';

const text = fc.option(fc.string({ unit: 'grapheme', minLength: 1 }), { nil: null });

it('an address is read back as the state that it was made of', () => {
  const state: fc.Arbitrary<PageState> = fc.record({
    view: fc.constantFrom(...VIEWS),
    filter: fc.constantFrom(...FILTERS),
    text: fc.string({ unit: 'grapheme' }),
    ...{ case: text, in: text, suite: text, metric: text, tag: text },
    ...{ column: text, sort: text, trial: text, diff: text },
  });
  fc.assert(
    fc.property(state, (given) => {
      expect(parseAddress(addressOf(given))).toEqual(given);
    }),
  );
});

it('whatever stands in an address is a state', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (hash) => {
      expect(VIEWS).toContain(parseAddress(hash).view);
    }),
  );
});
