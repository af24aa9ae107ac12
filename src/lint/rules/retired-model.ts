import { retirementOf } from '../../core/requests/retirements.js';
import { defineRule } from '../rule.js';

export const retiredModel = defineRule({
  id: 'retired-model',
  group: 'models',
  describe:
    'A model that its vendor has taken out of service: OpenAI, Anthropic, Google (Gemini API) and Mistral, each at its own service.',
  severity: 'error',
  check: ({ models, today }) =>
    models.flatMap(({ text, spot, facts }) => {
      const end = facts && retirementOf(facts.vendor, facts.name);
      if (!end || end.on > today) return [];
      const [provider] = text.split('/');
      const to = end.instead === null ? 'PROVIDER/MODEL' : `${provider}/${end.instead}`;
      const instead = end.instead === null ? 'take another' : `its vendor names ${end.instead} instead`;
      return [
        {
          spot,
          message: `${text} was retired on ${end.on}: ${instead}. \`llmci migrate ${text} --to ${to}\` runs the suites on it`,
        },
      ];
    }),
  examples: {
    bad: [
      {
        describe: 'Anthropic has retired it in June 2026',
        prompt: 'model: anthropic/claude-sonnet-4-0\nmessages: [{ role: user, content: "{{ ticket }}" }]\n',
        finds: 'anthropic/claude-sonnet-4-0',
      },
      {
        describe: 'Google has retired it in June 2026',
        prompt: 'model: gemini/gemini-2.0-flash\nmessages: [{ role: user, content: "{{ ticket }}" }]\n',
        files: {
          'llmci.yaml':
            'providers: { gemini: { type: openai, baseUrl: "https://generativelanguage.googleapis.com/v1beta/openai" } }\n',
        },
        finds: 'gemini/gemini-2.0-flash',
      },
      {
        describe: 'Mistral has retired it in May 2026',
        prompt: 'model: mistral/mistral-large-2411\nmessages: [{ role: user, content: "{{ ticket }}" }]\n',
        files: {
          'llmci.yaml': 'providers: { mistral: { type: openai, baseUrl: "https://api.mistral.ai/v1" } }\n',
        },
        finds: 'mistral/mistral-large-2411',
      },
    ],
    good: [
      {
        describe: 'a model in service',
        prompt: 'model: openai/gpt-6-luna\nmessages: [{ role: user, content: "{{ ticket }}" }]\n',
      },
      {
        describe: 'at a cloud it has days of its own',
        prompt: 'model: gateway/gemini-2.0-flash\nmessages: [{ role: user, content: "{{ ticket }}" }]\n',
        files: {
          'llmci.yaml': 'providers: { gateway: { type: openai, baseUrl: "https://gateway.example.com/v1" } }\n',
        },
      },
    ],
  },
});
