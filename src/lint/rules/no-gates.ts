import { toldByFiles } from '../told-by-files.js';

const prompt = 'model: echo\nmessages: [{ role: user, content: "{{ ticket }}" }]\n';
const suite = `prompt: example
cases: [{ id: hello, vars: { ticket: Hello }, expected: Hello }]
metrics: [{ metric: equals }]
`;

export const noGates = toldByFiles({
  id: 'no-gates',
  group: 'coverage',
  describe: 'A suite that runs a prompt without any gate of level error: nothing in it could fail.',
  severity: 'warn',
  examples: {
    bad: [
      {
        describe: 'scores, and no gate',
        prompt,
        files: { 'evals/example.eval.yaml': suite },
        finds: 'prompt: example',
      },
    ],
    good: [
      {
        describe: 'a gate beside the prompt',
        prompt,
        files: {
          'evals/example.eval.yaml': suite,
          'prompts/example.thresholds.yaml': 'gates: [{ metric: pass, min: 0.9 }]\n',
        },
      },
    ],
  },
});
