import { toldByFiles } from '../told-by-files.js';

export const idleGate = toldByFiles({
  id: 'idle-gate',
  group: 'coverage',
  describe: 'A gate that no result could fail, such as `min: 0`.',
  severity: 'warn',
  examples: {
    bad: [
      {
        describe: 'a share is never below 0',
        prompt: 'model: echo\nmessages: [{ role: user, content: "{{ ticket }}" }]\n',
        files: {
          'evals/example.eval.yaml': `prompt: example
cases: [{ id: hello, vars: { ticket: Hello }, expected: Hello }]
metrics: [{ metric: equals }]
gates:
  - { metric: pass, min: 0.5 }
  - { metric: pass, stat: mean, min: 0 }
`,
        },
        finds: '- { metric: pass, stat: mean, min: 0 }',
      },
    ],
    good: [
      {
        describe: 'it can fail',
        prompt: 'model: echo\nmessages: [{ role: user, content: "{{ ticket }}" }]\n',
        files: {
          'evals/example.eval.yaml': `prompt: example
cases: [{ id: hello, vars: { ticket: Hello }, expected: Hello }]
metrics: [{ metric: equals }]
gates: [{ metric: pass, min: 0.9 }]
`,
        },
      },
    ],
  },
});
