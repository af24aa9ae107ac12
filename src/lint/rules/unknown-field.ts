import { isRecord } from '../../model/json.js';
import { eachPrompt, isSaidToModel, withoutTags } from '../each-prompt.js';
import { defineRule } from '../rule.js';

/** A field that a sentence names as one, in quotes: of what comes in, sentences say `input`, `given` and the like. */
const NAMED =
  /(?<!\b(?:input|request|given|its|their|customer|order|ticket)\s)\b(?:field|property|key)s?\s+(?:called |named )?[`"']([a-zA-Z_]\w*)[`"']|[`"]([a-zA-Z_]\w*)[`"]\s+(?:field|property)\b/g;

/** Words before what the model is to answer with. */
const ANSWERS =
  /\b(?:answer|respond|reply|return|output)s?\b(?:(?!\b(?:not|never|to|when|if|from)\b)[^.!?\n{}]){0,40}$/i;

export const unknownField = defineRule({
  id: 'unknown-field',
  group: 'output',
  describe:
    'A piece of JSON in the instructions with a key, or a sentence that speaks of a field, that the output schema does not have: the model is told one thing and held to another.',
  severity: 'warn',
  check: eachPrompt(({ prompt, texts }) => {
    const { schema } = prompt.output;
    if (schema === undefined || !isRecord(schema['properties'])) return [];
    const named = JSON.stringify(schema);
    const given = new Set([
      ...texts.flatMap(({ variables }) => variables),
      ...Object.keys(Object(prompt.inputSchema?.['properties'])),
    ]);
    return texts.filter(isSaidToModel).flatMap(({ text, spot }) => {
      // Only an object that has a field of the schema, or stands behind such words, is one that the model is to answer with
      const plain = withoutTags(text);
      const spoken = [...plain.matchAll(NAMED)].flatMap((match) => {
        const name = match[1] ?? match[2] ?? '';
        if (named.includes(`"${name}"`) || given.has(name)) return [];
        const message = `the schema has no field ${name}: add it there, or take it out here`;
        return [{ spot: { ...spot, offset: match.index + match[0].indexOf(name) - 1 }, message }];
      });
      const written = [...plain.matchAll(/\{[^{}]*\}/g)].flatMap((object) => {
        const keys = [...object[0].matchAll(/"([\w-]+)"\s*:/g)];
        const isKnown = ([, key = '']: RegExpExecArray) => named.includes(`"${key}"`);
        const isAnswer = ANSWERS.test(plain.slice(Math.max(0, object.index - 60), object.index));
        if (!keys.some(isKnown) && !isAnswer) return [];
        return keys
          .filter((key) => !isKnown(key))
          .map((key) => ({
            spot: { ...spot, offset: object.index + key.index },
            message: `the schema has no field ${key[1]}: add it there, or take it out here`,
          }));
      });
      return [...spoken, ...written];
    });
  }),
  examples: {
    bad: [
      {
        describe: 'priority became urgency in the schema',
        prompt: `messages:
  - role: system
    content: |
      Sort the ticket, like {"category": "refund", "priority": "high"}.
  - { role: user, content: "{{ ticket }}" }
output:
  format: json
  schema: { type: object, properties: { category: { type: string }, urgency: { enum: [low, high] } } }
`,
        finds: '"priority"',
      },
      {
        describe: 'a sentence that speaks of it',
        prompt: `messages:
  - role: system
    content: |
      Sort the ticket into a category. Put how sure you are into the field \`confidence\`.
  - { role: user, content: "{{ ticket }}" }
output:
  format: json
  schema: { type: object, properties: { category: { type: string } } }
`,
        finds: '`confidence`',
      },
      {
        describe: 'an answer of which no field is in the schema',
        prompt: `messages:
  - role: system
    content: |
      Sort the ticket into a category. Answer like {"kind": "refund"}.
  - { role: user, content: "{{ ticket }}" }
output:
  format: json
  schema: { type: object, properties: { category: { type: string } } }
`,
        finds: '"kind"',
      },
    ],
    good: [
      {
        describe: 'an example that fits, and one of what is given',
        prompt: `messages:
  - role: system
    content: |
      You get {"order": "F-1"}. Sort it, like {"category": "refund", "urgency": "high"}.
  - { role: user, content: "{{ ticket }}" }
output:
  format: json
  schema: { type: object, properties: { category: { type: string }, urgency: { enum: [low, high] } } }
`,
      },
    ],
  },
});
