import { toldByFiles } from '../told-by-files.js';

const prompt = 'model: echo\nmessages: [{ role: user, content: "{{ ticket }}" }]\n';
const suiteOf = (second: string) => `prompt: example
cases:
  - { id: one, vars: { ticket: Hello }, expected: Hello }
  - { id: two, vars: { ticket: ${second} }, expected: Hello }
  - { id: three, vars: { ticket: Good day }, expected: Good day }
metrics: [{ metric: equals }]
gates: [{ metric: pass, min: 0.9 }]
`;

export const duplicateCases = toldByFiles({
  id: 'duplicate-cases',
  group: 'coverage',
  describe: 'Cases of a suite that ask the same: they look like more evidence than there is.',
  severity: 'warn',
  examples: {
    bad: [
      {
        describe: 'twice the same ticket',
        prompt,
        files: { 'evals/example.eval.yaml': suiteOf('Hello') },
        finds: 'prompt: example',
      },
    ],
    good: [{ describe: 'tickets of their own', prompt, files: { 'evals/example.eval.yaml': suiteOf('Hi there') } }],
  },
});
