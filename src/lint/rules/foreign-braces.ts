import type { Suite } from '../../model/suite.js';
import { eachPrompt, withoutTags } from '../each-prompt.js';
import { defineRule } from '../rule.js';

/** How other template languages write a variable. */
const FORMS: readonly RegExp[] = [
  /\$\{\s*([\w-]+)\s*\}/g,
  // With the conversions and formats of Python too
  /(?<![{$%#\\])\{\s*([\w-]+)(?:![rsa])?(?::[^{}\s"]{0,10})?\s*\}(?!\})/g,
  /#\{\s*([\w-]+)\s*\}/g,
  /%\(([\w-]+)\)[sd]/g,
  /<<\s*([\w-]+)\s*>>/g,
  /\[\[\s*([\w-]+)\s*\]\]/g,
  /(?<![</\w])<\s*([\w-]+)\s*>/g,
  /<%=?\s*([\w-]+)\s*%>/g,
];

export const foreignBraces = defineRule({
  id: 'foreign-braces',
  group: 'variables',
  describe:
    'A variable of the prompt that is written as another template language does, such as `{ticket}`: the model gets it as it stands there.',
  severity: 'error',
  check: eachPrompt(({ prompt, texts }, { suites }) => {
    const { properties } = prompt.inputSchema ?? {};
    const read = new Set(texts.flatMap(({ variables }) => variables));
    const names = new Set([
      ...Object.keys(Object(properties)),
      ...Object.keys(prompt.defaults),
      ...namesInCases(prompt.id, suites),
    ]);
    return texts.flatMap(({ text, spot }) => {
      const plain = withoutTags(text);
      return FORMS.flatMap((form) =>
        [...plain.matchAll(form)].flatMap((match) => {
          const [written, name = ''] = match;
          // What is read elsewhere may well be spoken of here: in an example of JSON, or as the name of a fence
          if (!names.has(name) || read.has(name) || plain.includes(`</${name}>`)) return [];
          const right = `{{ ${name} }}`;
          return [
            {
              spot: { ...spot, offset: match.index },
              message: `${written} is sent as it stands: write ${right}`,
              fix: { start: match.index, end: match.index + written.length, text: right },
            },
          ];
        }),
      );
    });
  }),
  examples: {
    bad: [
      {
        describe: 'braces of Python',
        prompt: `messages:
  - role: user
    content: |
      Sum up this ticket:

      {ticket}
input: { schema: { type: object, properties: { ticket: { type: string } } } }
`,
        finds: '{ticket}',
      },
      {
        describe: 'in a folded text, after a default',
        prompt: `messages:
  - role: user
    content: >
      Answer for
      \${company},
      in one sentence: {{ ticket }}
input: { defaults: { company: Acme } }
`,
        finds: '$',
      },
    ],
    good: [
      {
        describe: 'an example of JSON, and a fence that is called like what it holds',
        prompt: `messages:
  - role: user
    content: |
      Answer like {"ticket": {id}} for
      <ticket>{{ ticket }}</ticket>
input: { schema: { type: object, properties: { ticket: { type: string } } } }
`,
      },
    ],
  },
});

/** The variables of the first cases that a prompt is run on. */
function namesInCases(prompt: string, suites: readonly Suite[]): readonly string[] {
  return suites.flatMap(({ columns, cases }) =>
    columns.some((column) => column.prompt.id === prompt) ? Object.keys(cases.at(0)?.vars ?? {}) : [],
  );
}
