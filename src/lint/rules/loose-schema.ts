import { isRecord } from '../../model/json.js';
import type { Prompt } from '../../model/prompt.js';
import { eachPrompt } from '../each-prompt.js';
import type { ModelFacts } from '../lint-project.js';
import { modelOfPrompt } from '../model-of.js';
import { defineRule } from '../rule.js';

export const looseSchema = defineRule({
  id: 'loose-schema',
  group: 'output',
  describe:
    'An output schema that the vendor refuses. OpenAI in strict mode, which is the default: every object needs `additionalProperties: false` and all its properties in `required` (an optional one may be null), the whole is an object, and there is no `oneOf`, `allOf`, `not` or `if`; `strict: false` asks for no such guarantee. Anthropic: `additionalProperties: false` in every object, no JSON without a schema, and no `strict: false`.',
  severity: 'error',
  check: eachPrompt(({ prompt, schemaPath }, { models }) => {
    const vendor = modelOfPrompt(prompt, models)?.facts?.vendor;
    const fault = vendor === undefined ? null : FAULT_OF[vendor](prompt.output);
    if (fault === null) return [];
    return [
      { spot: { file: prompt.path, path: [...(schemaPath ?? ['output']), ...fault.path] }, message: fault.message },
    ];
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
      {
        describe: 'a word that strict mode does not know',
        prompt: `model: openai/gpt-6-luna
messages: [{ role: user, content: "Sort this: {{ ticket }}. Give its note." }]
output:
  format: json
  schema:
    type: object
    required: [note]
    properties:
      note: { oneOf: [{ type: string }, { type: "null" }] }
    additionalProperties: false
`,
        finds: '{ oneOf',
      },
      {
        describe: 'Anthropic, too, keeps further fields out',
        prompt: `model: anthropic/claude-sonnet-5
messages: [{ role: user, content: "Sort this: {{ ticket }}. Give its category." }]
output:
  format: json
  schema: { type: object, properties: { category: { type: string } } }
`,
        finds: '{ type: object',
      },
    ],
    good: [
      {
        describe: 'what one of two may be is said with anyOf',
        prompt: `model: openai/gpt-6-luna
messages: [{ role: user, content: "Sort this: {{ ticket }}. Give its note." }]
output:
  format: json
  schema:
    type: object
    required: [note]
    properties: { note: { anyOf: [{ type: string }, { type: "null" }] } }
    additionalProperties: false
`,
      },
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
  /** From the schema. */
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** Of each vendor, what it refuses first in what is asked for. */
const FAULT_OF: Readonly<Record<ModelFacts['vendor'], (output: Prompt['output']) => SchemaFault | null>> = {
  openai: ({ schema, strict = true }) => {
    if (!strict || schema === undefined) return null;
    if (('type' in schema && schema['type'] !== 'object') || 'anyOf' in schema)
      return { path: [], message: `strict mode takes an object as the whole: give \`type: object\`, ${ELSE}` };
    return faultIn(schema, [], 0, strictFault);
  },
  anthropic: ({ format, schema, strict = true }) => {
    if (format !== 'json') return null;
    if (schema === undefined)
      return { path: [], message: 'Anthropic has no JSON without a schema: give output.schema' };
    if (!strict) return { path: [], message: 'Anthropic holds every answer to its schema: take `strict: false` out' };
    return faultIn(schema, [], 0, (each) =>
      isObject(each) && each['additionalProperties'] !== false
        ? 'Anthropic needs `additionalProperties: false` in every object: add it'
        : null,
    );
  },
  // What these two take of a schema differs by model, and is written nowhere as a whole
  google: () => null,
  mistral: () => null,
};

/** Strict mode itself allows less. */
const DEEPEST = 30;
const ELSE = 'or say strict: false';
/** https://developers.openai.com/api/docs/guides/structured-outputs, "Supported schemas" */
const REFUSED = ['oneOf', 'allOf', 'not', 'if', 'then', 'else', 'dependentRequired', 'dependentSchemas'];

function isObject({ type, properties }: Readonly<Record<string, unknown>>): boolean {
  return type === 'object' || (Array.isArray(type) && type.includes('object')) || isRecord(properties);
}

/** What strict mode refuses in a schema itself, whatever is within. */
function strictFault(schema: Readonly<Record<string, unknown>>): string | null {
  const refused = REFUSED.find((key) => key in schema);
  if (refused !== undefined) return `strict mode has no \`${refused}\`: write it without, or with \`anyOf\`, ${ELSE}`;
  if (!isObject(schema)) return null;
  if (schema['additionalProperties'] !== false)
    return `strict mode needs \`additionalProperties: false\` in every object: add it, ${ELSE}`;
  const { properties, required } = schema;
  const names = Object.keys(Object(properties));
  const missing = names.find((name) => !Array.isArray(required) || !required.includes(name));
  return missing === undefined
    ? null
    : `strict mode needs every property in \`required\`: add ${missing} (it may be null), ${ELSE}`;
}

/** The first schema within a schema, or itself, that has a fault. */
function faultIn(
  schema: unknown,
  path: readonly PropertyKey[],
  depth: number,
  look: (schema: Readonly<Record<string, unknown>>) => string | null,
): SchemaFault | null {
  if (!isRecord(schema) || depth > DEEPEST) return null;
  const message = look(schema);
  if (message !== null) return { path, message };
  const { items, anyOf } = schema;
  const inner: (readonly [unknown, readonly PropertyKey[]])[] = [
    ...['properties', '$defs', 'definitions'].flatMap((key) =>
      isRecord(schema[key]) ? Object.entries(schema[key]).map(([name, each]) => [each, [key, name]] as const) : [],
    ),
    [items, ['items']],
    ...(Array.isArray(anyOf) ? anyOf.map((each: unknown, index) => [each, ['anyOf', index]] as const) : []),
  ];
  for (const [each, steps] of inner) {
    const fault = faultIn(each, [...path, ...steps], depth + 1, look);
    if (fault) return fault;
  }
  return null;
}
