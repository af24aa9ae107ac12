import { eachPrompt } from '../each-prompt.js';
import { defineRule } from '../rule.js';

/** Shorter texts are words that may well stand in both. */
const SHORTEST = 25;
const MOST_CASES = 5000;

export const leakedCase = defineRule({
  id: 'leaked-case',
  group: 'text',
  describe:
    'An example in the prompt that is also a case of a suite: the model has read the question before, and the suite measures its memory.',
  severity: 'warn',
  check: eachPrompt(({ prompt, texts }, { suites }) => {
    const searched = texts.map((each) => ({ ...each, plain: simple(each.text) }));
    const seen = new Set<string>();
    return suites.flatMap(({ id: suite, cases, columns }) => {
      if (!columns.some((column) => column.prompt.id === prompt.id) || cases.length > MOST_CASES) return [];
      return [...cases].flatMap(({ id, vars }) =>
        Object.values(vars).flatMap((value) => {
          if (typeof value !== 'string' || value.length < SHORTEST || seen.has(value)) return [];
          const found = searched.find(({ plain }) => plain.includes(simple(value)));
          if (!found) return [];
          seen.add(value);
          const offset = Math.max(0, found.text.toLowerCase().indexOf(value.toLowerCase().trim().slice(0, 20)));
          const message = `this is case ${id} of suite ${suite} too: take another example, or another case`;
          return [{ spot: { ...found.spot, offset }, message }];
        }),
      );
    });
  }),
  examples: {
    bad: [
      {
        describe: 'the question of the only case',
        prompt: `model: echo
messages:
  - role: system
    content: |
      Sort tickets. For example:
      "Where is the parcel that I ordered on Monday?" is shipping.
  - { role: user, content: "{{ ticket }}" }
`,
        files: {
          'evals/example.eval.yaml': `prompt: example
cases: [{ id: where, vars: { ticket: "Where is the parcel that I ordered on Monday?" }, expected: shipping }]
metrics: [{ metric: equals }]
gates: [{ metric: pass, min: 0.9 }]
`,
        },
        finds: 'Where is the parcel',
      },
    ],
    good: [
      {
        describe: 'another question',
        prompt: `model: echo
messages:
  - { role: system, content: 'Sort tickets. "Where is the parcel that I ordered on Monday?" is shipping.' }
  - { role: user, content: "{{ ticket }}" }
`,
        files: {
          'evals/example.eval.yaml': `prompt: example
cases: [{ id: where, vars: { ticket: "My shoes have not come yet, and it is Friday." }, expected: shipping }]
metrics: [{ metric: equals }]
gates: [{ metric: pass, min: 0.9 }]
`,
        },
      },
    ],
  },
});

/** The text without what differs between two writings of it. */
function simple(text: string): string {
  return text.toLowerCase().replace(/\s+/g, ' ').trim();
}
