import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileJsonSchema } from './json-schema.js';
import { explainSize } from './schema-size.js';

const many = <T>(n: number, make: (index: number) => T): T[] => Array.from({ length: n }, (_, index) => make(index));
const named = (n: number, make: (index: number) => unknown) =>
  Object.fromEntries(many(n, (index) => [`p${index}`, make(index)]));
const nested = (n: number): object => many(n, (index) => index).reduce<object>((inner) => ({ not: inner }), {});
const chain = (n: number) =>
  many(n, (index) => index).reduce<object>((inner) => ({ allOf: [inner, { minLength: 1 }] }), {});

describe('a schema that would exhaust the machine is refused', () => {
  it.each<[string, Record<string, unknown>, RegExp]>([
    ['nested deeply', nested(200) as Record<string, unknown>, /nested more than 100 deep/],
    ['a chain of allOf', chain(100) as Record<string, unknown>, /nested more than 100 deep/],
    [
      'very many parts',
      { properties: named(8000, () => ({ type: 'string', minLength: 1 })) },
      /more than 20,000 parts/,
    ],
    ['a huge enum', { enum: many(10_001, String) }, /enums have more than 10,000 values/],
    ['several large enums', { anyOf: many(3, () => ({ enum: many(4000, String) })) }, /enums have more than/],
    ['very many patterns', { allOf: many(501, (index) => ({ pattern: `a${index}` })) }, /more than 500 patterns/],
    ['very many patterns of names', { patternProperties: named(501, () => ({})) }, /more than 500 patterns/],
    ['a long pattern', { pattern: 'a'.repeat(10_001) }, /a pattern of more than 10,000 characters/],
    [
      'very many references',
      { $defs: { a: {} }, allOf: many(1001, () => ({ $ref: '#/$defs/a' })) },
      /more than 1,000 \$refs/,
    ],
    [
      'very many dynamic references',
      { $dynamicAnchor: 'a', allOf: many(1001, () => ({ $dynamicRef: '#a' })) },
      /\$refs/,
    ],
    ['a long text', { const: 'a'.repeat(1_000_001) }, /more than 1,000,000 characters/],
  ])('%s', (_, schema, message) => {
    expect(() => compileJsonSchema(schema)).toThrow(message);
  });

  it('counts no longer than it has to', () => {
    const bomb = many(40, (index) => index).reduce<unknown>((inner) => [inner, inner], {});
    expect(explainSize(bomb)).toBe('it has more than 20,000 parts');
  });
});

describe('a schema that people write is not', () => {
  it('60 references to one large definition compile, and check', () => {
    const large = { type: 'object', properties: named(500, () => ({ type: 'string', pattern: '^a', minLength: 1 })) };
    const check = compileJsonSchema({ $defs: { large }, properties: named(60, () => ({ $ref: '#/$defs/large' })) });
    expect(check({ p1: { p1: 'a' } })).toEqual([]);
    expect(check({ p1: { p1: 'b' } })).toEqual(['p1.p1: must match pattern "^a"']);
  });

  it('definitions that double what is below them cost a check its time limit, not the machine', () => {
    const $defs = Object.fromEntries(
      many(40, (index) => [
        `d${index}`,
        index === 0 ? { type: 'string' } : { allOf: many(2, () => ({ $ref: `#/$defs/d${index - 1}` })) },
      ]),
    );
    expect(compileJsonSchema({ $defs, $ref: '#/$defs/d39' })('a')).toBeNull();
  });

  it('a name that a pattern matches too, also a pattern that backtracks without end', () => {
    const name = `${'a'.repeat(40)}b`;
    const check = compileJsonSchema({
      properties: { [name]: { type: 'string' } },
      patternProperties: { '^(a+)+$': {} },
    });
    expect(check({ a: 1 })).toEqual([]);
    expect(check({ [name]: '' })).toBeNull();
    const both = compileJsonSchema({
      properties: { ab: { minimum: 1 } },
      patternProperties: { '^a': { type: 'number' } },
    });
    expect(both({ ab: 0 })).toEqual(['ab: must be >= 1']);
    expect(both({ ab: 'x' })).toEqual(['ab: must be number']);
  });

  it('recursive references, static and dynamic', () => {
    const tree = {
      type: 'object',
      properties: { value: { type: 'number' }, children: { type: 'array', items: { $ref: '#' } } },
    };
    expect(compileJsonSchema(tree)({ value: 1, children: [{ value: 'x' }] })).toEqual([
      'children.0.value: must be number',
    ]);
    const list = { $dynamicAnchor: 'node', properties: { value: { type: 'number' }, next: { $dynamicRef: '#node' } } };
    expect(compileJsonSchema(list)({ value: 1, next: { value: 'x' } })).toEqual(['next.value: must be number']);
  });

  it('any small value may be one', () => {
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 20 }), (value) => explainSize(value) === null));
  });
});
