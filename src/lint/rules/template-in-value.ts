import type { Json } from '../../model/json.js';
import { eachPrompt } from '../each-prompt.js';
import { defineRule } from '../rule.js';

export const templateInValue = defineRule({
  id: 'template-in-value',
  group: 'variables',
  describe:
    'A default that is a template itself. Values are never rendered: the model gets the braces. If values were rendered, data could become instructions.',
  severity: 'error',
  check: eachPrompt(({ prompt }) =>
    Object.entries(prompt.defaults).flatMap(([name, value]) => {
      if (!/\{\{-?\s*[\w.-]+\s*-?\}\}|\{%-?\s*\w+/.test(textsIn(value))) return [];
      const message = `the value of ${name} is sent as it stands, braces and all: write the template into the message`;
      return [{ spot: { file: prompt.path, path: ['input', 'defaults', name] }, message }];
    }),
  ),
  examples: {
    bad: [
      {
        describe: 'a greeting with a name in it',
        prompt: `messages: [{ role: user, content: "{{ greeting }} {{ ticket }}" }]
input: { defaults: { greeting: "Hello {{ name }}" } }
`,
        finds: '"Hello',
      },
    ],
    good: [
      {
        describe: 'a plain value',
        prompt: `messages: [{ role: user, content: "{{ greeting }} {{ name }} {{ ticket }}" }]
input: { defaults: { greeting: "Hello" } }
`,
      },
    ],
  },
});

function textsIn(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
