import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Json, Literal } from '../../model/json.js';
import { ProviderError } from '../../providers/contract/provider-error.js';
import { pack, unpack } from './pack.js';

const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    fc.string(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom(null, true, false),
    fc.string().map((text) => new Literal(null, text)),
    fc.array(tie('json')),
    fc.dictionary(fc.oneof(fc.string(), fc.constant('__proto__')), tie('json')) as fc.Arbitrary<Json>,
  ),
}));

it('gives back any JSON as it was written, from another thread', () => {
  fc.assert(
    fc.property(json, (value) => {
      expect(unpack(structuredClone(pack(value)))).toEqual(value);
    }),
  );
});

it('refuses what is nested without end, which one of the two threads could not read', () => {
  const circle: unknown[] = [];
  circle.push(circle);
  expect(() => pack(circle)).toThrow('it is nested more than 1000 deep');
});

it('gives back the errors of providers with all that they say', () => {
  const error = new ProviderError('rate-limit', 'slowly', { status: 429, retryAfterMs: 1500 });
  const back = unpack(structuredClone(pack(error)));
  expect(back).toBeInstanceOf(ProviderError);
  expect(back).toMatchObject({ kind: 'rate-limit', message: 'slowly', status: 429, retryAfterMs: 1500, fatal: false });
});
