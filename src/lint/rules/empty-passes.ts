import type { MetricEntry } from '../../model/metric-entry.js';
import { defineRule } from '../rule.js';

/** Metrics that look for what must not be there, or measure: an empty answer passes them. */
const LENIENT = ['latency', 'first-token', 'cost', 'toxicity', 'pii', 'secrets', 'steps', 'finish'];
/** Metrics that an empty answer passes when they are turned round, or have nothing but a maximum. */
const TURNED = ['contains', 'starts-with', 'one-of', 'equals'];
const prompt = 'model: echo\nmessages: [{ role: user, content: "{{ ticket }}" }]\n';
const suiteOf = (metrics: string) => `prompt: example
cases: [{ id: hello, vars: { ticket: Hello }, expected: Hello }]
metrics:
${metrics}
gates: [{ metric: pass, min: 0.9 }]
`;

export const emptyPasses = defineRule({
  id: 'empty-passes',
  group: 'coverage',
  describe: 'A suite whose every pass mark an empty answer meets: a model that says nothing gets through.',
  severity: 'warn',
  check: ({ suites }) =>
    suites.flatMap(({ id, path, metrics, cases }) => {
      const marked = metrics.filter(({ mark }) => mark !== null);
      if (marked.length === 0 || !marked.every(passesEmpty)) return [];
      for (const { metrics: own } of cases) if (own.length > 0) return [];
      const names = marked.map((entry) => entry.id).join(', ');
      const message = `an empty answer passes all of suite ${id} (${names}): add a metric that asks for something`;
      return [{ spot: { file: path, path: ['metrics'], part: 'key' }, message }];
    }),
  examples: {
    bad: [
      {
        describe: 'only what must not be said',
        prompt,
        files: {
          'evals/example.eval.yaml': suiteOf(
            '  - { metric: contains, value: sorry, not: true }\n  - { metric: length, max: 400 }',
          ),
        },
        finds: 'metrics:',
      },
      {
        describe: 'a pattern that fits nothing at all, too',
        prompt,
        files: { 'evals/example.eval.yaml': suiteOf('  - { metric: regex, pattern: "^[a-z ]*$" }') },
        finds: 'metrics:',
      },
    ],
    good: [
      {
        describe: 'something is asked for, too',
        prompt,
        files: { 'evals/example.eval.yaml': suiteOf('  - { metric: equals }\n  - { metric: length, max: 400 }') },
      },
    ],
  },
});

function passesEmpty({ type, not, mark, params }: MetricEntry): boolean {
  if (type === 'regex') return fitsNothing(params) !== not;
  if (TURNED.includes(type)) return not;
  if (type === 'length' || type === 'tokens') return !not && (mark?.min ?? 0) <= 0;
  return !not && LENIENT.includes(type);
}

/** Whether the pattern of `regex` fits an empty text, as `^[a-z ]*$` does. */
function fitsNothing({ pattern, flags }: MetricEntry['params']): boolean {
  return new RegExp(String(pattern), String(flags)).test('');
}
