import { eachPrompt } from '../each-prompt.js';
import { modelOfPrompt } from '../model-of.js';
import { defineRule } from '../rule.js';

export const noOutputLimit = defineRule({
  id: 'no-output-limit',
  group: 'models',
  describe:
    'No `maxTokens`: an answer that does not end costs up to the most that the model can write, and no budget can tell beforehand.',
  severity: 'warn',
  check: eachPrompt(({ prompt }, { models }) => {
    const { maxTokens, extra = {} } = prompt.parameters;
    const isLimited = maxTokens !== undefined || Object.keys(extra).some((key) => /max.*tokens/i.test(key));
    if (isLimited || !modelOfPrompt(prompt, models)?.facts) return [];
    const message = 'nothing limits the answer: give modelParameters.maxTokens';
    return [{ spot: { file: prompt.path, path: ['model'], part: 'key' }, message }];
  }),
  examples: {
    bad: [
      {
        describe: 'no limit',
        prompt: 'model: openai/gpt-6-luna\nmessages: [{ role: user, content: "{{ ticket }}" }]\n',
        finds: 'model: openai',
      },
    ],
    good: [
      {
        describe: 'a limit',
        prompt: `model: openai/gpt-6-luna
modelParameters: { maxTokens: 400 }
messages: [{ role: user, content: "{{ ticket }}" }]
`,
      },
    ],
  },
});
