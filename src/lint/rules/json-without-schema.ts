import { eachPrompt, withoutTags } from '../each-prompt.js';
import { defineRule } from '../rule.js';

/** Words that ask for an answer, and those between them and `JSON` with which it is no order. */
const ORDERS: readonly (readonly [verbs: string, but: string])[] = [
  [
    'respond|reply|answers?|return|outputs?|responses?|produce|generate|give (?:me|us|back)|write|emit|format your (?:answer|response)',
    "not?|never|without|don't|from|given|this|following|above|about|based|whether",
  ],
  ['antworte?n?|gib|geben|liefere|schreibe', 'nicht|keine?[mnrs]?|nie|ohne|aus|dieses|folgendes'],
  ['antwoord|geef|schrijf', 'niet|geen|nooit|zonder|uit|deze|dit'],
  ['réponds|répondez|renvoie|renvoyez|retourne|retournez', 'pas|jamais|sans|depuis|ce|cette'],
  ['responde|responda|devuelve|devuelva|retorna|retorne', 'no|nunca|sin|desde|este|esta|não|sem'],
  ['rispondi|restituisci', 'non|mai|senza|da|questo|questa'],
];
/** An order to answer in JSON, in one sentence. */
const ASKS = new RegExp(
  ORDERS.map(([verbs, but]) => {
    const word = (words: string) => String.raw`(?<!\p{L})(?:${words})(?!\p{L})`;
    return String.raw`${word(verbs)}(?:(?!${word(but)})[^.!?\n]){0,50}(?<!\p{L})JSON(?!\p{L})(?! (?:Schema|path|files?|web)\b)`;
  }).join('|'),
  'iu',
);

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
      {
        describe: 'in German, Dutch, French, Spanish, Portuguese and Italian too',
        prompt: `messages:
  - { role: system, content: "Sortiere das Ticket. Antworte als JSON mit category und urgency." }
  - { role: user, content: "{{ ticket }}" }
`,
        finds: 'Antworte als JSON',
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
