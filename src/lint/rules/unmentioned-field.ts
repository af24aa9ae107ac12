import { isRecord } from '../../model/json.js';
import { eachPrompt } from '../each-prompt.js';
import { defineRule } from '../rule.js';

/** Words of a field that say what belongs there. */
const EXPLAINS = ['description', 'enum', 'const', 'title'];

export const unmentionedField = defineRule({
  id: 'unmentioned-field',
  group: 'output',
  describe:
    'A field of the output schema that no message speaks of and that has no description: the model can only guess what belongs there.',
  severity: 'warn',
  check: eachPrompt(({ prompt, texts, schemaPath }) => {
    const properties = prompt.output.schema?.['properties'];
    if (!isRecord(properties) || schemaPath === null) return [];
    const said = wordsOf(texts.map(({ text }) => text).join(' ')).join(' ');
    return Object.entries(properties).flatMap(([name, field]) => {
      if (!isRecord(field) || EXPLAINS.some((key) => key in field)) return [];
      if (wordsOf(name).some((word) => ` ${said}`.includes(` ${word.replace(/(?:ies|y|s)$/, '')}`))) return [];
      const message = `no message says what ${name} is: speak of it, or give it a description`;
      return [{ spot: { file: prompt.path, path: [...schemaPath, 'properties', name], part: 'key' }, message }];
    });
  }),
  examples: {
    bad: [
      {
        describe: 'who is asked for a sentiment?',
        prompt: `messages: [{ role: user, content: "Give the category of this ticket: {{ ticket }}" }]
output:
  format: json
  schema:
    type: object
    required: [category, sentiment]
    properties:
      category: { type: string }
      sentiment: { type: string }
    additionalProperties: false
`,
        finds: 'sentiment:',
      },
    ],
    good: [
      {
        describe: 'spoken of, in other letters, or described',
        prompt: `messages: [{ role: user, content: "Give categories, and whether it needs a human: {{ ticket }}" }]
output:
  format: json
  schema:
    type: object
    properties:
      category: { type: string }
      needsHuman: { type: boolean }
      sentiment: { type: string, description: how the customer feels }
`,
      },
    ],
  },
});

/** The words of a text or name, in small letters. */
function wordsOf(text: string): readonly string[] {
  const apart = text.replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2').toLowerCase();
  return apart.match(/[\p{L}\p{N}]+/gu) ?? [];
}
