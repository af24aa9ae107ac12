import { retirementOf } from '../../core/requests/retirements.js';
import { count } from '../../core/text/format.js';
import { defineRule } from '../rule.js';

const DAYS = 90;
const DAY_MS = 86_400_000;

export const retiringModel = defineRule({
  id: 'retiring-model',
  group: 'models',
  describe: `A model that its vendor takes out of service within ${DAYS} days.`,
  severity: 'warn',
  check: ({ models, today }) =>
    models.flatMap(({ text, spot, facts }) => {
      const end = facts && retirementOf(facts.vendor, facts.name);
      if (!end || end.on <= today) return [];
      const days = Math.round((Date.parse(end.on) - Date.parse(today)) / DAY_MS);
      if (days > DAYS) return [];
      const instead = end.instead === null ? 'choose another' : `its vendor names ${end.instead} instead`;
      return [
        {
          spot,
          message: `${text} ends on ${end.on}, in ${count(days, 'day')}: ${instead}; run the suites on both in time`,
        },
      ];
    }),
  examples: {
    bad: [
      {
        describe: 'it ends on 14 January 2027',
        prompt: 'model: openai/gpt-4.1-mini\nmessages: [{ role: user, content: "{{ ticket }}" }]\n',
        finds: 'openai/gpt-4.1-mini',
      },
    ],
    good: [
      {
        describe: 'no end is announced',
        prompt: 'model: anthropic/claude-sonnet-5\nmessages: [{ role: user, content: "{{ ticket }}" }]\n',
      },
      {
        describe: 'what a server of your own calls so is its own affair',
        prompt: 'model: local/gpt-4.1-mini\nmessages: [{ role: user, content: "{{ ticket }}" }]\n',
        files: { 'llmci.yaml': 'providers: { local: { type: openai, baseUrl: "http://127.0.0.1:11434/v1" } }\n' },
      },
    ],
  },
});
