import { defineRule } from '../rule.js';

export const floatingModel = defineRule({
  id: 'floating-model',
  group: 'models',
  describe:
    'A name whose model the vendor changes, such as `-latest`: recordings, baselines and verdicts are then of a model that is no longer called.',
  severity: 'warn',
  check: ({ models }) =>
    models.flatMap(({ text, spot, facts }) =>
      facts && /-latest$/.test(facts.name)
        ? [{ spot, message: `${text} is another model after every update: name the snapshot that you have tested` }]
        : [],
    ),
  examples: {
    bad: [
      {
        describe: 'the newest of a family',
        prompt: 'model: openai/gpt-chat-latest\nmessages: [{ role: user, content: "{{ ticket }}" }]\n',
        finds: 'openai/gpt-chat-latest',
      },
    ],
    good: [
      {
        describe: 'a snapshot',
        prompt: 'model: anthropic/claude-haiku-4-5-20251001\nmessages: [{ role: user, content: "{{ ticket }}" }]\n',
      },
    ],
  },
});
