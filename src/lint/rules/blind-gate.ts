import { toldByFiles } from '../told-by-files.js';

const prompt = 'model: echo\nmessages: [{ role: user, content: "{{ ticket }}" }]\n';
const suiteOf = (maxDrop: string) => `prompt: example
cases:
  - { id: one, vars: { ticket: Where is my parcel? }, expected: shipping }
  - { id: two, vars: { ticket: What does express cost? }, expected: price }
  - { id: three, vars: { ticket: I want my money back. }, expected: refund }
metrics: [{ metric: equals }]
gates:
  - { metric: pass, min: 0.5 }
  - { metric: pass, maxDrop: ${maxDrop} }
`;

export const blindGate = toldByFiles({
  id: 'blind-gate',
  group: 'coverage',
  describe:
    'A gate on a change that cannot see its own margin: with so few cases, a drop of twice the margin stays unseen in more than one build of five. The figures are those of `llmci plan`.',
  severity: 'warn',
  examples: {
    bad: [
      {
        describe: 'two points, and three cases to see them in',
        prompt,
        files: { 'evals/example.eval.yaml': suiteOf('2%') },
        finds: '- { metric: pass, maxDrop: 2% }',
      },
    ],
    good: [
      {
        describe: 'half of a few hundred cases',
        prompt,
        files: {
          'evals/example.eval.yaml': `prompt: example
dataset: cases.csv
metrics: [{ metric: equals }]
gates:
  - { metric: pass, min: 0.9 }
  - { metric: pass, maxDrop: 0.1 }
`,
          'evals/cases.csv': `ticket,expected\n${Array.from({ length: 300 }, (_, index) => `order ${index},answer ${index}`).join('\n')}\n`,
        },
      },
    ],
  },
});
