import { atTop } from '../../model/problem.js';
import { eachPrompt } from '../each-prompt.js';
import { defineRule } from '../rule.js';

const prompt = 'messages: [{ role: user, content: "{{ ticket }}" }]\n';

export const noOwner = defineRule({
  id: 'no-owner',
  group: 'coverage',
  describe: 'A prompt without `owners`, where others have some: nobody is asked when it changes.',
  severity: 'warn',
  check: eachPrompt(({ prompt, owners, isJudge }, { prompts }) => {
    if (owners.length > 0 || isJudge || prompts.every((each) => each.owners.length === 0)) return [];
    return [
      {
        spot: atTop(prompt.path),
        message: `${prompt.id} has no owners, and other prompts have: name them`,
      },
    ];
  }),
  examples: {
    bad: [
      {
        describe: 'the other one has an owner',
        prompt,
        files: { 'prompts/other.prompt.yaml': `${prompt}owners: ["@acme/support"]\n` },
        finds: 'messages:',
      },
    ],
    good: [{ describe: 'no prompt of the project has owners', prompt }],
  },
});
