import { canMiss } from '../../core/gates/can-fail.js';
import { defineRule } from '../rule.js';

const prompt = 'model: echo\nmessages: [{ role: user, content: "{{ ticket }}" }]\n';
const suiteOf = (mark: string) => `prompt: example
cases: [{ id: hello, vars: { ticket: Hello }, expected: Hello }]
metrics:
  - { metric: equals }
  - { metric: similarity, ${mark} }
gates: [{ metric: pass, min: 0.9 }]
`;

export const unmissableMark = defineRule({
  id: 'unmissable-mark',
  group: 'coverage',
  describe:
    'A pass mark that no score can miss, such as `min: 0` of a share: the metric passes whatever the model says.',
  severity: 'warn',
  check: ({ suites }) =>
    suites.flatMap(({ path, metrics }) =>
      metrics.flatMap((entry, index) =>
        entry.mark === null || canMiss(entry)
          ? []
          : [
              {
                spot: { file: path, path: ['metrics', index] },
                message: `no score of ${entry.id} can miss its pass mark: set one that it can`,
              },
            ],
      ),
    ),
  examples: {
    bad: [
      {
        describe: 'a share is never below 0',
        prompt,
        files: { 'evals/example.eval.yaml': suiteOf('min: 0') },
        finds: '{ metric: similarity',
      },
    ],
    good: [{ describe: 'a share may be below 0.8', prompt, files: { 'evals/example.eval.yaml': suiteOf('min: 0.8') } }],
  },
});
