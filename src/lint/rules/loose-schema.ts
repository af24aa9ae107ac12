import { isRecord } from '../../model/json.js';
import { eachPrompt } from '../each-prompt.js';
import { modelOf } from '../model-of.js';
import { defineRule } from '../rule.js';

export const looseSchema = defineRule({
  id: 'loose-schema',
  group: 'output',
  describe:
    'An output schema that OpenAI refuses in strict mode, which is the default: every object needs `additionalProperties: false`, and all its properties in `required` (an optional one may be null). `strict: false` asks for no such guarantee.',
  severity: 'error',
  check: eachPrompt(({ prompt, schemaPath }, { models }) => {
    const { schema, strict = true } = prompt.output;
    if (!strict || schema === undefined || modelOf(prompt, models)?.facts?.vendor !== 'openai') return [];
    const fault = faultIn(schema, [], 0);
    if (fault === null || schemaPath === null) return [];
    return [{ spot: { file: prompt.path, path: [...schemaPath, ...fault.path] }, message: fault.message }];
  }),
  examples: {
    bad: [
      {
        describe: 'nothing keeps further fields out',
        prompt: `model: openai/gpt-6-luna
messages: [{ role: user, content: "Sort this: {{ ticket }}. Give its category." }]
output:
  format: json
  schema: { type: object, required: [category], properties: { category: { type: string } } }
`,
        finds: '{ type: object, required: [category]',
      },
      {
        describe: 'an optional field, deep within',
        prompt: `model: openai/gpt-6-luna
messages: [{ role: user, content: "List the items and notes of {{ order }}" }]
output:
  format: json
  schema:
    type: object
    required: [items]
    additionalProperties: false
    properties:
      items:
        type: array
        items: { type: object, additionalProperties: false, properties: { notes: { type: string } } }
`,
        finds: '{ type: object, additionalProperties: false',
      },
    ],
    good: [
      {
        describe: 'every field is required, and an optional one may be null',
        prompt: `model: openai/gpt-6-luna
messages: [{ role: user, content: "Sort this: {{ ticket }}. Give its category and note." }]
output:
  format: json
  schema:
    type: object
    required: [category, note]
    properties: { category: { type: string }, note: { type: [string, "null"] } }
    additionalProperties: false
`,
      },
      {
        describe: 'not asked for in strict mode',
        prompt: `model: openai/gpt-6-luna
messages: [{ role: user, content: "Sort this: {{ ticket }}. Give its category." }]
output: { format: json, strict: false, schema: { type: object, properties: { category: { type: string } } } }
`,
      },
    ],
  },
});

interface SchemaFault {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** Strict mode itself allows less. */
const DEEPEST = 30;
const ELSE = 'or say strict: false';

/** The first object in a schema that strict mode refuses. */
function faultIn(schema: unknown, path: readonly PropertyKey[], depth: number): SchemaFault | null {
  if (!isRecord(schema) || depth > DEEPEST) return null;
  const { properties, required, type, items, anyOf } = schema;
  if (type === 'object' || (Array.isArray(type) && type.includes('object')) || isRecord(properties)) {
    if (schema['additionalProperties'] !== false)
      return { path, message: `strict mode needs \`additionalProperties: false\` in every object: add it, ${ELSE}` };
    const names = Object.keys(Object(properties));
    const missing = names.find((name) => !Array.isArray(required) || !required.includes(name));
    if (missing !== undefined)
      return {
        path,
        message: `strict mode needs every property in \`required\`: add ${missing} (it may be null), ${ELSE}`,
      };
  }
  const inner: (readonly [unknown, readonly PropertyKey[]])[] = [
    ...['properties', '$defs', 'definitions'].flatMap((key) =>
      isRecord(schema[key]) ? Object.entries(schema[key]).map(([name, each]) => [each, [key, name]] as const) : [],
    ),
    [items, ['items']],
    ...(Array.isArray(anyOf) ? anyOf.map((each: unknown, index) => [each, ['anyOf', index]] as const) : []),
  ];
  for (const [each, steps] of inner) {
    const fault = faultIn(each, [...path, ...steps], depth + 1);
    if (fault) return fault;
  }
  return null;
}
