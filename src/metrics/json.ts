import { z } from 'zod';
import { compileJsonSchema } from '../core/text/json-schema.js';
import { equalJson } from '../core/text/json-value.js';
import { messageOf } from '../core/text/thrown.js';
import { isRecord, type Json, jsonSchema, jsonSchemaDocument } from '../model/json.js';
import { defineMetric } from './contract.js';
import { faultOfExpected } from './expected.js';
import { notJson, parseJsonOutput } from './json-output.js';
import { noScore, quoted, type ScoreResult, yesOrNo } from './score-result.js';

const NO_OBJECT = 'the case expects no JSON object with fields';

type Fields = Readonly<Record<string, Json>>;

/** Whether the output is JSON, meets a schema, and how many of the expected fields it got right. */
export const json = defineMetric({
  type: 'json',
  describe:
    'Whether the output is JSON (alone, or as one fenced code block with nothing around it) and meets the schema: 1 or 0. With `fields`, the fraction of the expected fields that are right, and 0 when the output is not JSON or does not meet the schema. JSON with a duplicate key is not valid. Numbers are compared exactly by value (`1.0` is `1`).',
  params: {
    schema: jsonSchemaDocument
      .superRefine((schema, context) => {
        try {
          compileJsonSchema(schema);
        } catch (error) {
          const message = messageOf(error);
          context.addIssue({ code: 'custom', message: `not a usable JSON Schema: ${message}` });
        }
      })
      .optional()
      .describe(
        "A JSON Schema (draft 2020-12, or the one that its `$schema` names: 2019-09, 7) that the output must meet, or the path of one like `./order.schema.json`; `format` is not checked. Default: the prompt's own `output.schema`; `{}` asks for none.",
      ),
    fields: z
      .union([
        z.literal(true),
        z
          .record(z.string(), jsonSchema)
          .refine((fields) => Object.keys(fields).length > 0, { message: 'name a field, or write `fields: true`' }),
      ])
      .optional()
      .describe(
        'Expected values at dotted paths, such as `{ items.0.sku: A1 }`; `true` takes the members of the expected object of the case.',
      ),
  },
  unit: 'fraction',
  better: 'higher',
  passMark: { min: 1 },
  needs: ({ fields }) => (fields === true ? ['expected'] : []),
  checkCase: ({ fields }, { expected }) =>
    faultOfExpected(fields === true && expectedObjects(expected).length === 0 ? NO_OBJECT : null),
  examples: [
    { describe: 'JSON', params: {}, output: '{"state": "open"}', value: 1 },
    { describe: 'in a fence', params: {}, output: '```json\n{"state": "open"}\n```\n', value: 1 },
    { describe: 'words around it', params: {}, output: 'Here you are: {"state": "open"}', value: 0 },
    {
      describe: 'a schema',
      params: { schema: { type: 'object', required: ['state'], properties: { state: { enum: ['open', 'closed'] } } } },
      output: '{"state": "new"}',
      value: 0,
    },
    {
      describe: 'fields at paths',
      params: { fields: { state: 'open', 'customer.name': 'Ann' } },
      output: '{"state": "open", "customer": {"name": "Bob"}}',
      value: 0.5,
    },
    {
      describe: 'the fields the case expects; others may be there',
      params: { fields: true },
      expected: { state: 'open', tags: ['a', 'b'] },
      output: '{"state": "open", "tags": ["a", "b"], "note": ""}',
      value: 1,
    },
    {
      describe: 'the case expects no object',
      params: { fields: true },
      expected: 'open',
      output: '{"state": "open"}',
      value: null,
    },
  ],
  score({ params: { schema: own, fields }, case: { expected }, output, outputSchema, tools }) {
    const schema = own ?? outputSchema;
    const wanted = fields === true ? expectedObjects(expected) : fields ? [byPath(fields)] : [];
    if (fields === true && wanted.length === 0) return noScore(NO_OBJECT);
    const parsed = parseJsonOutput(output.text);
    if (parsed.fault) return notJson(parsed.fault);
    const errors = schema ? compileJsonSchema(schema)(parsed.value, tools.within) : [];
    if (errors === null) return noScore('whether it meets the schema could not be told in time');
    if (errors.length > 0) return yesOrNo(false, '', `does not meet the schema: ${errors.slice(0, 3).join('; ')}`);
    const results = wanted.map((object) => compareFields(object, parsed.value));
    const [first, ...others] = results;
    if (first === undefined) return yesOrNo(true, schema ? 'is JSON that meets the schema' : 'is JSON', '');
    return others.reduce((best, result) => ((result.value ?? 0) > (best.value ?? 0) ? result : best), first);
  },
});

/** A field: its name for the reason, the keys that lead to it, and the value that is right. */
interface Field {
  readonly name: string;
  readonly path: readonly string[];
  readonly value: Json;
}

function byPath(fields: Fields): readonly Field[] {
  return Object.entries(fields).map(([name, value]) => ({ name, path: name.split('.'), value }));
}

/** The members of each object that the case accepts; none unless all that it accepts are objects with members. */
function expectedObjects(expected: Json | undefined): readonly (readonly Field[])[] {
  if (expected === undefined) return [];
  const accepted: readonly Json[] = Array.isArray(expected) ? expected : [expected];
  const objects = accepted.map((item) =>
    isRecord(item) ? Object.entries(item).map(([name, value]): Field => ({ name, path: [name], value })) : [],
  );
  return objects.every((fields) => fields.length > 0) ? objects : [];
}

function compareFields(fields: readonly Field[], value: Json): ScoreResult {
  const wrong = fields.filter((field) => !equalJson(valueAt(value, field.path), field.value));
  const right = fields.length - wrong.length;
  return {
    value: right / fields.length,
    reason:
      wrong.length === 0
        ? 'all expected fields are right'
        : `${right} of ${fields.length} fields are right; wrong: ${quoted(wrong.map(({ name }) => name))}`,
  };
}

/** The value at a path, or undefined. Only own members count: model output must not reach what objects inherit. */
function valueAt(value: Json, path: readonly string[]): Json | undefined {
  let current: Json | undefined = value;
  for (const key of path) {
    if (!Array.isArray(current) && !isRecord(current)) return undefined;
    if (!Object.hasOwn(current, key) || (Array.isArray(current) && !/^\d+$/.test(key))) return undefined;
    current = (current as Fields)[key];
  }
  return current;
}
