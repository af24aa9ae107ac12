import { isBlank } from '../../model/blank.js';
import { isRecord } from '../../model/json.js';
import { eachPrompt } from '../each-prompt.js';
import { defineRule } from '../rule.js';

/** Schemas of parameters that say by themselves what may stand there. */
const EXPLAINS = ['description', 'enum', 'const', '$ref', 'title'];

export const toolDescription = defineRule({
  id: 'tool-description',
  group: 'tools',
  describe:
    'A tool without a description, or with parameters of which neither it nor they say what they are: a model chooses and fills in tools by their descriptions.',
  severity: 'warn',
  check: eachPrompt(({ prompt, texts }) =>
    prompt.tools.flatMap(({ name, description = '', parameters }, index) => {
      const path = ['tools', index];
      if (isBlank(description))
        return [
          {
            spot: { file: prompt.path, path: [...path, 'name'] },
            message: `tool ${name} has no description: say what it does, and when to call it`,
          },
        ];
      const said = [description, ...texts.map(({ text }) => text)].join(' ').toLowerCase();
      const properties = isRecord(parameters) && isRecord(parameters['properties']) ? parameters['properties'] : {};
      return Object.entries(properties).flatMap(([key, schema]) => {
        const words = key
          .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
          .toLowerCase()
          .split(/[\W_]+/);
        const isSaid =
          (isRecord(schema) && EXPLAINS.some((word) => word in schema)) || words.some((word) => said.includes(word));
        if (isSaid) return [];
        const message = `nothing says what ${key} of tool ${name} is: give it a description`;
        return [
          {
            spot: { file: prompt.path, path: [...path, 'parameters', 'properties', key], part: 'key' as const },
            message,
          },
        ];
      });
    }),
  ),
  examples: {
    bad: [
      {
        describe: 'a name alone',
        prompt: `messages: [{ role: user, content: "{{ ticket }}" }]
tools:
  - name: find_order
    parameters: { type: object, properties: { order: { type: string } } }
`,
        finds: 'find_order',
      },
      {
        describe: "a parameter that is anybody's guess",
        prompt: `messages: [{ role: user, content: "{{ ticket }}" }]
tools:
  - name: find_order
    description: Looks up an order by its number.
    parameters: { type: object, properties: { order: { type: string }, q2: { type: string } } }
`,
        finds: 'q2:',
      },
    ],
    good: [
      {
        describe: 'said of the tool, or of its parameter',
        prompt: `messages: [{ role: user, content: "{{ ticket }}" }]
tools:
  - name: find_order
    description: Looks up an order by its number.
    parameters: { type: object, properties: { order: { type: string }, q2: { type: string, description: a filter } } }
`,
      },
    ],
  },
});
