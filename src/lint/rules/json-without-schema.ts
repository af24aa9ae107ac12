import { eachPrompt, withoutTags } from '../each-prompt.js';
import { defineRule } from '../rule.js';

/** An order to answer in JSON, in one sentence. */
const ASKS =
  /\b(?:respond|reply|answers?|return|outputs?|responses?|produce|generate|give (?:me|us|back)|write|emit|format your (?:answer|response))\b(?:(?!\b(?:not?|never|without|don't|from|given|this|following|above|about|based|whether)\b)[^.!?\n]){0,50}\bJSON\b(?! (?:Schema|path|files?|web)\b)/i;

export const jsonWithoutSchema = defineRule({
  id: 'json-without-schema',
  group: 'output',
  describe:
    'The text asks for JSON and there is no schema: services can hold a model to a schema, and a text cannot. With `output: { format: json, schema }` the answer always parses, and has the fields that it should have.',
  severity: 'warn',
  check: eachPrompt(({ prompt, texts }) => {
    const isJson = prompt.output.format === 'json';
    if (prompt.output.schema !== undefined || (!isJson && prompt.tools.length > 0)) return [];
    for (const { role, text, spot } of texts) {
      const match = role === 'assistant' || role === 'tool' ? null : ASKS.exec(withoutTags(text));
      if (!match || /\b(?:not|never|don't|no)\s+$/i.test(text.slice(0, match.index))) continue;
      const message = isJson
        ? 'the text says what the JSON is to be, and nothing holds the model to it: give output.schema'
        : 'the text asks for JSON, and nothing holds the model to it: give output: { format: json, schema: … }';
      return [{ spot: { ...spot, offset: match.index }, message }];
    }
    return [];
  }),
  examples: {
    bad: [
      {
        describe: 'asked for in words only',
        prompt: `messages:
  - role: system
    content: Sort the ticket. Respond with a JSON object with category and urgency.
  - { role: user, content: "{{ ticket }}" }
`,
        finds: 'Respond with a JSON',
      },
      {
        describe: 'it will parse, with whatever fields',
        prompt: `messages:
  - { role: system, content: "Sort the ticket. Your answer must be JSON with a category." }
  - { role: user, content: "{{ ticket }}" }
output: { format: json }
`,
        finds: 'answer must be JSON',
      },
    ],
    good: [
      {
        describe: 'asked for in both ways',
        prompt: `messages:
  - role: system
    content: Sort the ticket. Respond with a JSON object with category and urgency.
  - { role: user, content: "{{ ticket }}" }
output:
  format: json
  schema: { type: object, properties: { category: { type: string }, urgency: { type: string } } }
`,
      },
      {
        describe: 'JSON is what is given, or not wanted',
        prompt: `messages:
  - role: system
    content: You get an order as JSON. Answer in one sentence and never return JSON.
  - { role: user, content: "{{ order }}" }
`,
      },
    ],
  },
});
