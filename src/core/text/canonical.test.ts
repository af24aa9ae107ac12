import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, digest } from './canonical.js';

describe('canonicalJson', () => {
  it('sorts the keys of every object by their code units, and leaves lists in order', () => {
    const value = { b: [{ z: 1, a: 2 }, 'x'], a: { é: null, Z: true, 10: 0, 9: 0 } };
    expect(canonicalJson(value)).toBe('{"a":{"10":0,"9":0,"Z":true,"é":null},"b":[{"a":2,"z":1},"x"]}');
  });

  it('leaves undefined members out; in a list, where the place counts, they are null', () => {
    expect(canonicalJson({ a: undefined, b: [undefined, 1], c: {} })).toBe('{"b":[null,1],"c":{}}');
    expect(canonicalJson(undefined)).toBe('null');
  });

  it('is JSON of the same value, whatever the order in which its members were set', () => {
    const reversed = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(reversed);
      if (value === null || typeof value !== 'object') return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, member]) => [key, reversed(member)]),
      );
    };
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(reversed(value))).toBe(text);
      }),
    );
  });
});

it('digest is the sha256 of it', () => {
  expect(digest({ b: 1, a: 'é' })).toBe(digest({ a: 'é', b: 1 }));
  // printf '{"a":"é","b":1}' | sha256sum
  expect(digest({ b: 1, a: 'é' })).toBe('aa58fba8483623bed37c1b02edfccbdd9a53123837c20bfa4cb4049993a2872e');
});
