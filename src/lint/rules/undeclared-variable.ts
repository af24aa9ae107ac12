import { eachPrompt } from '../each-prompt.js';
import { defineRule } from '../rule.js';
import { offsetOfVariable } from '../user-text.js';

/** Words of a schema by which a variable may be allowed without standing among its properties. */
const OTHER_WAYS = ['$ref', 'allOf', 'anyOf', 'oneOf', 'patternProperties', 'if', 'dependentSchemas'];

export const undeclaredVariable = defineRule({
  id: 'undeclared-variable',
  group: 'variables',
  describe: 'A variable that a message reads beside an input schema that declares others, and not this one.',
  severity: 'warn',
  check: eachPrompt(({ prompt, texts }) => {
    const schema = prompt.inputSchema;
    const declared = Object.keys(Object(schema?.['properties']));
    if (schema === null || declared.length === 0 || OTHER_WAYS.some((word) => word in schema)) return [];
    const known = new Set([...declared, ...Object.keys(prompt.defaults)]);
    return texts.flatMap(({ text, spot, variables }) =>
      variables.flatMap((name) => {
        if (known.has(name)) return [];
        known.add(name);
        const message = `${name} is not in input.schema, which declares ${declared.slice(0, 5).join(', ')}: declare it too`;
        return [{ spot: { ...spot, offset: offsetOfVariable(text, name) }, message }];
      }),
    );
  }),
  examples: {
    bad: [
      {
        describe: 'the name was changed in one place only',
        prompt: `messages: [{ role: user, content: "Answer {{ tickt }}" }]
input: { schema: { type: object, properties: { ticket: { type: string } } } }
`,
        finds: '{{ tickt }}',
      },
    ],
    good: [
      {
        describe: 'a prompt without a schema declares nothing',
        prompt: 'messages: [{ role: user, content: "Answer {{ ticket }}" }]\n',
      },
      {
        describe: 'what has a default is declared by it',
        prompt: `messages: [{ role: user, content: "{% for item in items %}{{ item }}{% endfor %} {{ tone }}" }]
input: { schema: { type: object, properties: { items: { type: array } } }, defaults: { tone: kind } }
`,
      },
    ],
  },
});
