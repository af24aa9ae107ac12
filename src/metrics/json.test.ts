import { describe, expect, it } from 'vitest';
import { scoreOf } from '../../test/helpers/score.js';
import type { Json } from '../model/json.js';
import { metricEntrySchema } from './access.js';
import { json } from './json.js';

const issuesOf = (entry: object) =>
  metricEntrySchema(json)
    .safeParse({ metric: 'json', ...entry })
    .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);

describe('json', () => {
  it('refuses a malformed schema, with what is wrong', () => {
    expect(issuesOf({ schema: { type: 'object', propertys: {} } })).toEqual([
      'schema: not a usable JSON Schema: unknown keyword "propertys" (did you mean properties?)',
    ]);
  });

  it('refuses fields without a field', () => {
    expect(issuesOf({ fields: {} })).toHaveLength(1);
    expect(issuesOf({ fields: false })).toHaveLength(1);
  });

  const score = (params: object, output: string, expected?: Json) => scoreOf(json, { params, output, expected });

  it.each([
    ['```\n[1]\n```', 1],
    ['```JSON  \r\n[1]\r\n```', 1],
    ['\ufeff{"a": "```"}', 1],
    ['```json\n{}\n```\nDone.', 0],
    ['```json\n{}\n```\n```json\n{}\n```', 0],
    ['```yaml\n{}\n```', 0],
    ["{'a': 1}", 0],
    ['{"a": 1,}', 0],
    ['NaN', 0],
  ])('%j gives %d', async (text, value) => {
    expect((await score({}, text)).value).toBe(value);
  });

  it('says where the output misses the schema', async () => {
    const schema = { properties: { items: { items: { type: 'number' } } } };
    expect(await score({ schema }, '{"items": [1, "x"]}')).toEqual({
      value: 0,
      reason: 'does not meet the schema: items.1: must be number',
    });
  });

  it('counts no field when the schema is missed', async () => {
    expect((await score({ schema: { required: ['b'] }, fields: { a: 1 } }, '{"a": 1}')).value).toBe(0);
  });

  it('names the wrong fields', async () => {
    const fields = { a: 1, 'b.0.c': [1, { d: null }], 'b.length': 1, 'a.b': 1, constructor: null };
    expect(await score({ fields }, '{"a": 1, "b": [{"c": [1, {"d": null}]}]}')).toEqual({
      value: 0.4,
      reason: '2 of 5 fields are right; wrong: "b.length", "a.b", "constructor"',
    });
  });

  it('compares with the accepted object that fits best', async () => {
    expect(
      (
        await score({ fields: true }, '{"a": 1, "b": 2}', [
          { a: 1, b: 3 },
          { b: 2, a: 1 },
        ])
      ).value,
    ).toBe(1);
  });

  it.each([[[]], [{}], [null], ['{"a": 1}'], [[{ a: 1 }, 'x']]] as readonly [Json][])(
    'gives no score when the case expects %j',
    async (expected) => {
      expect((await score({ fields: true }, '{"a": 1}', expected)).value).toBeNull();
    },
  );
});
