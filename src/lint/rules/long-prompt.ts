import { estimateTokens } from '../../core/requests/cost.js';
import { eachPrompt } from '../each-prompt.js';
import { modelOfPrompt } from '../model-of.js';
import { defineRule } from '../rule.js';

/** The share of the context window from which too little is left for variables, tools and the answer. */
const SHARE = 0.5;

export const longPrompt = defineRule({
  id: 'long-prompt',
  group: 'text',
  describe: `The messages alone, without any variable, fill more than ${SHARE * 100}% of the model's context window (tokens are estimated).`,
  severity: 'warn',
  check: eachPrompt(({ prompt, texts }, { models }) => {
    const window = modelOfPrompt(prompt, models)?.facts?.contextWindow ?? null;
    const tokens = estimateTokens(texts.map(({ text }) => text));
    if (window === null || tokens <= SHARE * window) return [];
    const share = Math.round((100 * tokens) / window);
    const message = `these messages are about ${tokens} tokens, ${share}% of what the model can read: shorten them, or send parts when they are needed`;
    return [{ spot: { file: prompt.path, path: ['messages'], part: 'key' }, message }];
  }),
  examples: {
    bad: [
      {
        describe: 'more than half of the window',
        prompt: `model: anthropic/claude-haiku-4-5
messages:
  - role: user
    content: "${'Every word of this long text is sent with every call, '.repeat(7_500)}{{ ticket }}"
`,
        finds: 'messages:',
      },
    ],
    good: [
      {
        describe: 'a line',
        prompt: 'model: openai/gpt-6-luna\nmessages: [{ role: user, content: "Sum up {{ ticket }}" }]\n',
      },
    ],
  },
});
