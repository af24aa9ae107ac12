import { toldByFiles } from '../told-by-files.js';

const suite = `prompt: example
cases: [{ id: hello, vars: { name: Ada, ticket: Hello }, expected: Hello }]
metrics: [{ metric: equals }]
gates: [{ metric: pass, min: 0.9 }]
`;

export const unusedVariable = toldByFiles({
  id: 'unused-variable',
  group: 'variables',
  describe: 'A variable that cases have and no message reads: most likely the prompt has lost its question.',
  severity: 'warn',
  examples: {
    bad: [
      {
        describe: 'the ticket is never sent',
        prompt: 'model: echo\nmessages: [{ role: user, content: "Hello {{ name }}" }]\n',
        files: { 'evals/example.eval.yaml': suite },
        finds: '{ id: hello',
      },
    ],
    good: [
      {
        describe: 'each variable is read',
        prompt: 'model: echo\nmessages: [{ role: user, content: "Hello {{ name }}, {{ ticket }}" }]\n',
        files: { 'evals/example.eval.yaml': suite },
      },
    ],
  },
});
