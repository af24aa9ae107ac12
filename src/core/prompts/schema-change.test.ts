import { expect, it } from 'vitest';
import { changeSchema } from './schema-change.js';

const OBJECT = {
  type: 'object',
  required: ['kind'],
  properties: {
    kind: { enum: ['a', 'b'] },
    note: { type: 'string', maxLength: 10 },
    list: { type: 'array', items: { type: 'number' } },
  },
  additionalProperties: false,
};
const property = (name: string, schema: object) => ({
  ...OBJECT,
  properties: { ...OBJECT.properties, [name]: schema },
});

it.each([
  ['a value more', property('kind', { enum: ['a', 'b', 'c'] }), ['kind', 'widened', 'enum with "c"'], true],
  ['a value less', property('kind', { enum: ['a'] }), ['kind', 'narrowed', 'enum without "b"'], false],
  ['other values', property('kind', { enum: ['a', 'x'] }), ['kind', 'altered', 'enum without "b" with "x"'], true],
  ['the order of values', property('kind', { enum: ['b', 'a'] }), ['kind', 'described', 'enum'], false],
  ['a property', property('new', { type: 'string' }), ['new', 'added', 'is new: {"type":"string"}'], false],
  [
    'none any more',
    { ...OBJECT, properties: { kind: OBJECT.properties.kind, list: OBJECT.properties.list } },
    ['note', 'removed', 'is gone'],
    true,
  ],
  ['what may be left out', { ...OBJECT, required: [] }, ['kind', 'widened', 'may be left out now'], true],
  ['what may not', { ...OBJECT, required: ['kind', 'note'] }, ['note', 'narrowed', 'is required now'], false],
  [
    'a wider bound',
    property('note', { type: 'string', maxLength: 20 }),
    ['note', 'widened', 'maxLength 10 → 20'],
    true,
  ],
  ['no bound', property('note', { type: 'string' }), ['note', 'widened', 'maxLength 10 → none'], true],
  [
    'a type more',
    property('note', { type: ['string', 'null'], maxLength: 10 }),
    ['note', 'widened', 'type "string" → ["string","null"]'],
    true,
  ],
  [
    'items',
    property('list', { type: 'array', items: { type: 'integer' } }),
    ['list[]', 'narrowed', 'type "number" → "integer"'],
    false,
  ],
  [
    'a pattern',
    property('note', { type: 'string', maxLength: 10, pattern: '^a' }),
    ['note', 'narrowed', 'pattern "^a" is asked for'],
    false,
  ],
  [
    'other properties',
    { ...OBJECT, additionalProperties: true },
    ['', 'widened', 'additionalProperties false → true'],
    true,
  ],
  [
    'words',
    property('note', { type: 'string', maxLength: 10, description: 'x' }),
    ['note', 'described', 'description is worded otherwise'],
    false,
  ],
] as const)('%s', (_, now, [at, effect, text], breaks) => {
  const edits = changeSchema('output', OBJECT, now);
  expect(edits).toEqual([
    { what: 'schema', of: 'output', at, effect, text, breaks: breaks ? expect.any(String) : null },
  ]);
});

it('of the input, callers are broken by what is not accepted any more', () => {
  const [edit] = changeSchema('input', OBJECT, { ...OBJECT, required: ['kind', 'note'] });
  expect(edit?.breaks).toBe('callers that send `note` as before may be refused');
  expect(changeSchema('input', OBJECT, property('kind', { enum: ['a', 'b', 'c'] }))[0]?.breaks).toBeNull();
});

it('a schema where there was none asks for more', () => {
  expect(changeSchema('output', null, OBJECT)).toMatchObject([{ effect: 'narrowed', at: '' }]);
  expect(changeSchema('output', OBJECT, null)).toMatchObject([{ effect: 'widened', at: '' }]);
});
