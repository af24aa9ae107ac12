import { canonicalJson } from '../../core/text/canonical.js';
import type { Json } from '../../model/json.js';
import { atTop } from '../../model/problem.js';
import { defineRule } from '../rule.js';

const FEWEST = 4;
const prompt = 'model: echo\nmessages: [{ role: user, content: "Sort this: {{ ticket }}" }]\n';
const suiteOf = (last: string) => `prompt: example
cases:
  - { id: one, vars: { ticket: Where is my parcel? }, expected: shipping }
  - { id: two, vars: { ticket: When does it come? }, expected: shipping }
  - { id: three, vars: { ticket: Is it on its way? }, expected: shipping }
  - { id: four, vars: { ticket: What does express cost? }, expected: ${last} }
metrics: [{ metric: equals }]
gates: [{ metric: pass, min: 0.9 }]
`;

export const sameAnswer = defineRule({
  id: 'same-answer',
  group: 'coverage',
  describe: `A suite of ${FEWEST} cases or more that all expect the same answer: a model that always says this passes.`,
  severity: 'warn',
  check: ({ suites }) =>
    suites.flatMap(({ id, path, cases }) => {
      if (cases.length < FEWEST) return [];
      let first: string | null = null;
      for (const { expected } of cases) {
        if (expected === undefined) return [];
        const written = canonicalJson(expected as Json);
        first ??= written;
        if (written !== first) return [];
      }
      const message = `all ${cases.length} cases of suite ${id} expect ${(first ?? '').slice(0, 60)}: add cases with other answers`;
      return [{ spot: atTop(path), message }];
    }),
  examples: {
    bad: [
      {
        describe: 'all are shipping',
        prompt,
        files: { 'evals/example.eval.yaml': suiteOf('shipping') },
        finds: 'prompt: example',
      },
    ],
    good: [{ describe: 'one is not', prompt, files: { 'evals/example.eval.yaml': suiteOf('price') } }],
  },
});
