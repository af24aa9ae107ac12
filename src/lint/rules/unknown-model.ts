import { retirementOf } from '../../core/requests/retirements.js';
import { defineRule } from '../rule.js';

/** The list lacks names that others serve, such as `gemini-flash-latest`. */
const LISTED_WHOLE = ['openai', 'anthropic'];

export const unknownModel = defineRule({
  id: 'unknown-model',
  group: 'models',
  describe:
    'A model that the list of known models does not have: a typo, or newer than the list (that of `@pydantic/genai-prices`). Only at the services of OpenAI and Anthropic themselves.',
  severity: 'warn',
  check: ({ models }) =>
    models.flatMap(({ text, spot, facts }) => {
      if (!facts || facts.isListed || !LISTED_WHOLE.includes(facts.vendor)) return [];
      if (retirementOf(facts.vendor, facts.name)) return [];
      const guess = facts.nearest === null ? '' : ` (did you mean ${facts.vendor}/${facts.nearest}?)`;
      return [{ spot, message: `${text} is not among the known models of ${facts.vendor}${guess}` }];
    }),
  examples: {
    bad: [
      {
        describe: 'two letters changed places',
        prompt: 'model: openai/gpt-6-lnua\nmessages: [{ role: user, content: "{{ ticket }}" }]\n',
        finds: 'openai/gpt-6-lnua',
      },
    ],
    good: [
      {
        describe: 'a snapshot of a known model',
        prompt: 'model: anthropic/claude-haiku-4-5-20251001\nmessages: [{ role: user, content: "{{ ticket }}" }]\n',
      },
    ],
  },
});
