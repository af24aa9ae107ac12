import { describe, expect, it } from 'vitest';
import { compileJsonSchema } from './json-schema.js';

const TICKET = {
  type: 'object',
  required: ['id', 'items'],
  additionalProperties: false,
  properties: {
    id: { type: 'string', format: 'uuid' },
    state: { enum: ['open', 'closed'] },
    items: { type: 'array', items: { type: 'object', properties: { 'a/b': { type: 'number' } } } },
  },
};

describe('compileJsonSchema', () => {
  it('finds nothing wrong with a value that meets the schema', () => {
    expect(compileJsonSchema(TICKET)({ id: 'x', items: [{ 'a/b': 1 }] })).toEqual([]);
  });

  it('says for everything that is wrong where it is', () => {
    expect(compileJsonSchema(TICKET)({ state: 'new', items: [{}, { 'a/b': 'x' }], more: 1 })).toEqual([
      "must have required property 'id'",
      'must NOT have additional properties: "more"',
      'state: must be equal to one of the allowed values: ["open","closed"]',
      'items.1.a/b: must be number',
    ]);
  });

  it.each([
    [19.99, 0.01, true],
    [0.3, 0.1, true],
    [1e21, 0.1, true],
    [19.995, 0.01, false],
    [7, 2, false],
    [-4, 2, true],
  ])('%d is a multiple of %d as people count: %s', (value, step, expected) =>
    expect(compileJsonSchema({ multipleOf: step })(value)?.length).toBe(expected ? 0 : 1),
  );

  it('compiles a schema once', () => {
    expect(compileJsonSchema(TICKET)).toBe(compileJsonSchema(TICKET));
  });

  it('shows at most 20 errors', () => {
    const errors = compileJsonSchema({ items: { type: 'number' } })(Array.from({ length: 50 }, () => 'x')) ?? [];
    expect(errors).toHaveLength(21);
    expect(errors[20]).toBe('and 30 more');
  });

  it.each([
    [{ type: 'strng' }, /^type: must be equal to one of the allowed values/],
    [{ propertys: {} }, /^unknown keyword "propertys" \(did you mean properties\?\)$/],
    [{ pattern: '(' }, /Invalid regular expression/],
    [{ required: 'id' }, /^required: must be array$/],
    [{ $ref: 'https://example.com/schema.json' }, /^\$ref "https:\/\/example.com\/schema.json" is not in the schema/],
    [{ $ref: '#/$defs/absent' }, /is not in the schema itself/],
    [{ $ref: '#/constructor' }, /"#\/constructor" is not in the schema itself/],
    [{ $defs: { a: { type: 'string' } }, $ref: '#/%24defs/a/toString' }, /is not in the schema itself/],
    [{ allOf: [{ $dynamicRef: '#/allOf/map' }] }, /is not in the schema itself/],
    [{ $schema: 'http://json-schema.org/draft-04/schema#' }, /draft-04.*none of .*2020-12.*2019-09.*draft-07/],
    [{ $schema: 7 }, /^\$schema is 7, which is none of/],
    [
      { $schema: 'http://json-schema.org/draft-07/schema#', type: 'strng' },
      /^type: must be equal to one of the allowed/,
    ],
    [{ $schema: 'http://json-schema.org/draft-07/schema#', prefixItems: [] }, /^unknown keyword "prefixItems"/],
    [{ $schema: 'http://json-schema.org/draft-07/schema#', $ref: 'file:///etc/passwd' }, /is not in the schema itself/],
    [
      { items: [{ type: 'string' }] },
      /^items: must be object,boolean \(a list of them is `prefixItems`, or name the older draft/,
    ],
    [{ $async: true }, /\$async/],
    [{ minimum: 'x' }, /^minimum: must be number$/],
  ])('refuses %j', (schema, message) => {
    expect(() => compileJsonSchema(schema)).toThrow(message);
  });

  it('keeps schemas with the same $id apart', () => {
    expect(compileJsonSchema({ $id: 'https://example.com/a', type: 'string' })('x')).toEqual([]);
    expect(compileJsonSchema({ $id: 'https://example.com/a', type: 'number' })('x')).toEqual(['must be number']);
    expect(() => compileJsonSchema({ $ref: 'https://example.com/a' })).toThrow('is not in the schema itself');
  });

  it('takes no data for references, and leaves parts with an address of their own to their own root', () => {
    expect(compileJsonSchema({ const: { $ref: '#/nowhere' } })({ $ref: '#/nowhere' })).toEqual([]);
    const part = { $id: 'https://example.com/part', $defs: { b: { type: 'string' } }, items: { $ref: '#/$defs/b' } };
    expect(compileJsonSchema({ $defs: { part }, $ref: 'https://example.com/part' })([1])).toHaveLength(1);
    const escaped = { $defs: { 'a/b': { type: 'string' } }, $ref: '#/$defs/a~1b' };
    expect(compileJsonSchema(escaped)(1)).toEqual(['must be string']);
  });

  it('accepts annotations, local references and the named draft', () => {
    const schema = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $defs: { name: { type: 'string', 'x-label': 'Name', example: 'Ann' } },
      properties: { name: { $ref: '#/$defs/name' } },
    };
    expect(compileJsonSchema(schema)({ name: 1 })).toEqual(['name: must be string']);
  });

  // The same words, as each draft reads them (https://json-schema.org/specification#migrating-from-older-drafts)
  it.each([
    ['http://json-schema.org/draft-07/schema#', { items: [{ type: 'string' }], additionalItems: false }, ['a', 1]],
    ['https://json-schema.org/draft-07/schema', { items: [{ type: 'string' }], additionalItems: false }, ['a', 1]],
    ['http://json-schema.org/draft-07/schema#', { dependencies: { card: ['address'] } }, { card: 1 }],
    [
      'http://json-schema.org/draft-07/schema#',
      { definitions: { name: { type: 'string' } }, properties: { name: { $ref: '#/definitions/name' } } },
      { name: 1 },
    ],
    ['https://json-schema.org/draft/2019-09/schema', { items: [{ type: 'string' }], additionalItems: false }, ['a', 1]],
    ['https://json-schema.org/draft/2019-09/schema', { dependentRequired: { card: ['address'] } }, { card: 1 }],
    [
      'https://json-schema.org/draft/2019-09/schema#',
      { properties: { a: true }, unevaluatedProperties: false },
      { a: 1, b: 2 },
    ],
    [
      'https://json-schema.org/draft/2019-09/schema',
      { $recursiveAnchor: true, type: 'object', additionalProperties: { $recursiveRef: '#' } },
      { a: { b: 1 } },
    ],
    ['https://json-schema.org/draft/2020-12/schema', { prefixItems: [{ type: 'string' }], items: false }, ['a', 1]],
  ])('reads a schema of %s as that draft does: %j', ($schema, rest, wrong) => {
    const check = compileJsonSchema({ $schema, ...rest });
    expect(check(wrong)).toHaveLength(1);
    expect(check(Array.isArray(wrong) ? ['a'] : {})).toEqual([]);
  });

  it('does not take inherited members for present ones', () => {
    expect(compileJsonSchema({ required: ['constructor'] })({})).toHaveLength(1);
  });

  it('gives up on a pattern that backtracks without end', () => {
    expect(compileJsonSchema({ pattern: '^(a+)+$' })(`${'a'.repeat(60)}!`)).toBeNull();
  });

  it('cannot tell of a value that is nested without end', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
    expect(compileJsonSchema({ type: 'array', items: { $ref: '#' } })(deep)).toBeNull();
  });
  it.each([
    { $ref: '#' },
    { not: { $ref: '#' } },
    { allOf: [{ $ref: '#' }] },
    { anyOf: [{ type: 'string' }, { $ref: '#' }] },
    { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } } },
    { $dynamicRef: '#a', $dynamicAnchor: 'a' },
  ])('refuses one that refers to itself without end: %j', (schema) => {
    expect(() => compileJsonSchema(schema)).toThrow('a $ref of it leads back to where it stands, without end');
  });
  it('cannot tell of a value that leads into itself without end', () => {
    const schema = { dependentSchemas: { a: { $ref: '#' } } };
    expect(compileJsonSchema(schema)({})).toEqual([]);
    expect(compileJsonSchema(schema)({ a: 2 })).toBeNull();
  });
});
