import { eachPrompt } from '../each-prompt.js';
import { defineRule } from '../rule.js';

export const warmJson = defineRule({
  id: 'warm-json',
  group: 'models',
  describe:
    'A temperature above 0 with JSON output: a program reads it, and the same question should get the same fields.',
  severity: 'warn',
  check: eachPrompt(({ prompt }) => {
    const { temperature } = prompt.parameters;
    if (prompt.output.format !== 'json' || temperature === undefined || temperature === 0) return [];
    const message = `temperature ${temperature} makes fields differ from call to call: JSON is best asked for at 0`;
    return [{ spot: { file: prompt.path, path: ['modelParameters', 'temperature'] }, message }];
  }),
  examples: {
    bad: [
      {
        describe: 'JSON, warm',
        prompt: `modelParameters: { temperature: 0.7 }
messages: [{ role: user, content: "Sort this ticket. {{ ticket }}" }]
output: { format: json }
`,
        finds: '0.7',
      },
    ],
    good: [
      {
        describe: 'JSON at 0',
        prompt: `modelParameters: { temperature: 0 }
messages: [{ role: user, content: "Sort this ticket. {{ ticket }}" }]
output: { format: json }
`,
      },
      {
        describe: 'text may be warm',
        prompt: `modelParameters: { temperature: 0.7 }
messages: [{ role: user, content: "Write a poem about {{ subject }}" }]
`,
      },
    ],
  },
});
