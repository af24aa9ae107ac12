import { eachPrompt } from '../each-prompt.js';
import { defineRule } from '../rule.js';

/** Shorter texts are words that may well stand in both; between these and long ones, those that stand apart count. */
const SHORTEST = 12;
const LONG = 25;
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
          const found = searched.find(({ plain }) => holds(plain, simple(value)));
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
      {
        describe: 'a short one, in quotes',
        prompt: `model: echo
messages:
  - { role: system, content: 'Sort tickets. "Where is my parcel?" is shipping.' }
  - { role: user, content: "{{ ticket }}" }
`,
        files: {
          'evals/example.eval.yaml': `prompt: example
cases: [{ id: where, vars: { ticket: "Where is my parcel?" }, expected: shipping }]
metrics: [{ metric: equals }]
gates: [{ metric: pass, min: 0.9 }]
`,
        },
        finds: 'Where is my parcel',
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

/** Whether a value stands in a text; a short one of some words, as a sentence or line of its own, or in quotes. */
function holds(text: string, value: string): boolean {
  if (value.length >= LONG) return text.includes(value);
  const at = value.split(' ').length < 3 ? -1 : text.indexOf(value);
  if (at < 0) return false;
  const [before, after] = [
    text.slice(0, at).trimEnd().at(-1) ?? '\n',
    text.slice(at + value.length).trimStart()[0] ?? '\n',
  ];
  return /[\n.:"'“”‘’`>([-]/.test(before) && /[\n."'“”‘’`<)\]=-]/.test(after);
}

/** The text without what differs between two writings of it. */
function simple(text: string): string {
  return text.toLowerCase().replace(/\s+/g, ' ').trim();
}
