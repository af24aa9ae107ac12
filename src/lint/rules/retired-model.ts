import { retirementOf } from '../../core/requests/retirements.js';
import { defineRule } from '../rule.js';

export const retiredModel = defineRule({
  id: 'retired-model',
  group: 'models',
  describe: 'A model that its vendor has taken out of service: every call fails.',
  severity: 'error',
  check: ({ models, today }) =>
    models.flatMap(({ text, spot, facts }) => {
      const end = facts && retirementOf(facts.vendor, facts.name);
      if (!end || end.on > today) return [];
      const instead = end.instead === null ? 'take another' : `its vendor names ${end.instead} instead`;
      return [{ spot, message: `${text} was retired on ${end.on}: ${instead}, and run the suites on both` }];
    }),
  examples: {
    bad: [
      {
        describe: 'Anthropic has retired it in June 2026',
        prompt: 'model: anthropic/claude-sonnet-4-0\nmessages: [{ role: user, content: "{{ ticket }}" }]\n',
        finds: 'anthropic/claude-sonnet-4-0',
      },
    ],
    good: [
      {
        describe: 'a model in service',
        prompt: 'model: openai/gpt-6-luna\nmessages: [{ role: user, content: "{{ ticket }}" }]\n',
      },
    ],
  },
});
