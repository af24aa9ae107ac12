import { eachPrompt } from '../each-prompt.js';
import { defineRule } from '../rule.js';

export const unusedInput = defineRule({
  id: 'unused-input',
  group: 'variables',
  describe: 'A variable that the input schema or the defaults declare and that no message reads.',
  severity: 'warn',
  check: eachPrompt(({ prompt, texts }) => {
    const histories = prompt.messages.flatMap((message) =>
      'history' in message ? (message.history.match(/[\w-]+/g) ?? []) : [],
    );
    const read = new Set([...texts.flatMap(({ variables }) => variables), ...histories]);
    const said = (name: string, path: readonly string[]) =>
      read.has(name)
        ? []
        : [
            {
              spot: { file: prompt.path, path: [...path, name], part: 'key' as const },
              message: `no message reads ${name}: write {{ ${name} }} where it belongs, or take it out`,
            },
          ];
    const { properties } = prompt.inputSchema ?? {};
    const declared = Object.keys(Object(properties));
    return [
      ...declared.flatMap((name) => said(name, ['input', 'schema', 'properties'])),
      ...Object.keys(prompt.defaults).flatMap((name) =>
        declared.includes(name) ? [] : said(name, ['input', 'defaults']),
      ),
    ];
  }),
  examples: {
    bad: [
      {
        describe: 'the tone was taken out of the text only',
        prompt: `messages:
  - role: user
    content: "Answer this: {{ ticket }}"
input:
  schema:
    type: object
    properties:
      ticket: { type: string }
      tone: { type: string }
`,
        finds: 'tone:',
      },
    ],
    good: [
      {
        describe: 'each is read, one of them in a condition',
        prompt: `messages:
  - role: user
    content: "{% if tone %}Be {{ tone }}. {% endif %}{{ ticket }}"
input: { schema: { type: object, properties: { ticket: { type: string }, tone: { type: string } } } }
`,
      },
    ],
  },
});
