import { atTop } from '../../model/problem.js';
import { eachPrompt } from '../each-prompt.js';
import { defineRule } from '../rule.js';

const prompt = 'model: echo\nmessages: [{ role: user, content: "{{ ticket }}" }]\n';
const suiteOf = (id: string) => `prompt: ${id}
cases: [{ id: hello, vars: { ticket: Hello }, expected: Hello }]
metrics: [{ metric: equals }]
gates: [{ metric: pass, min: 0.9 }]
`;

export const noSuite = defineRule({
  id: 'no-suite',
  group: 'coverage',
  describe: 'A prompt that no suite runs, in a project that has suites: whatever happens to it, every check is green.',
  severity: 'warn',
  check: eachPrompt(({ prompt, isJudge }, { suites }) => {
    const isRun = suites.some(({ columns }) => columns.some((column) => column.prompt.id === prompt.id));
    if (isJudge || isRun || suites.length === 0) return [];
    return [
      {
        spot: atTop(prompt.path),
        message: `no suite runs ${prompt.id}: name it in one below evals/`,
      },
    ];
  }),
  examples: {
    bad: [
      {
        describe: 'only the other prompt is run',
        prompt,
        files: { 'prompts/other.prompt.yaml': prompt, 'evals/example.eval.yaml': suiteOf('other') },
        finds: 'model:',
      },
    ],
    good: [{ describe: 'a suite runs it', prompt, files: { 'evals/example.eval.yaml': suiteOf('example') } }],
  },
});
