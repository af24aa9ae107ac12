import { namesOfModel } from '../../core/requests/listed-price.js';
import { defineRule } from '../rule.js';

const prompt =
  'model: openai/gpt-6-luna\nmodelParameters: { maxTokens: 90 }\nmessages: [{ role: user, content: "{{ ticket }}" }]\n';
const suite = `prompt: example
cases: [{ id: hello, vars: { ticket: Hello } }]
metrics: [{ metric: closed-qa, criterion: It greets. }]
gates: [{ metric: pass, min: 0.9 }]
`;
const judgeOf = (model: string) => ({ 'evals/example.eval.yaml': suite, 'llmci.yaml': `judge: { model: ${model} }\n` });

export const selfJudge = defineRule({
  id: 'self-judge',
  group: 'coverage',
  describe:
    'A judge that is the model under test: models prefer what they would have said themselves (Panickssery et al. 2024).',
  severity: 'warn',
  check: ({ suites, models }) => {
    const judge = models.find(({ use }) => use === 'judge');
    if (!judge) return [];
    const names = namesOfModel(judge.text);
    // A snapshot is the model as well
    const isJudge = (model: string) => namesOfModel(model).some((name) => names.includes(name));
    return suites.flatMap(({ id, columns, metrics }) => {
      const isJudged = metrics.some((entry) => entry.judge !== undefined);
      if (!isJudged || !columns.some(({ model }) => isJudge(model.text))) return [];
      return [
        { spot: judge.spot, message: `${judge.text} judges its own answers in suite ${id}: let another model judge` },
      ];
    });
  },
  examples: {
    bad: [{ describe: 'one model does both', prompt, files: judgeOf('openai/gpt-6-luna'), finds: 'openai/gpt-6-luna' }],
    good: [{ describe: 'another model judges', prompt, files: judgeOf('openai/gpt-6-sol') }],
  },
});
