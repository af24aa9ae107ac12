import { isRecord } from '../../model/json.js';
import { eachPrompt, withoutTags } from '../each-prompt.js';
import { defineRule } from '../rule.js';

export const unknownField = defineRule({
  id: 'unknown-field',
  group: 'output',
  describe:
    'A piece of JSON in the instructions with a key that the output schema does not have: the model is told one thing and held to another.',
  severity: 'warn',
  check: eachPrompt(({ prompt, texts }) => {
    const { schema } = prompt.output;
    if (schema === undefined || !isRecord(schema['properties'])) return [];
    const named = JSON.stringify(schema);
    return texts.flatMap(({ role, text, spot }) => {
      if (role !== 'system' && role !== 'developer' && role !== 'user') return [];
      // Only an object that has a field of the schema is one that the model is to answer with
      return [...withoutTags(text).matchAll(/\{[^{}]*\}/g)].flatMap((object) => {
        const keys = [...object[0].matchAll(/"([\w-]+)"\s*:/g)];
        const isKnown = ([, key = '']: RegExpExecArray) => named.includes(`"${key}"`);
        if (!keys.some(isKnown)) return [];
        return keys
          .filter((key) => !isKnown(key))
          .map((key) => ({
            spot: { ...spot, offset: object.index + key.index },
            message: `the schema has no field ${key[1]}: add it there, or take it out here`,
          }));
      });
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
