import { defineRule } from '../rule.js';

export const floatingModel = defineRule({
  id: 'floating-model',
  group: 'models',
  describe:
    'A name whose model the vendor changes: `-latest`, or one that has dated snapshots beside it. Recordings, baselines and verdicts are then of a model that may no longer be called. Models of which the vendor offers no snapshot are left alone.',
  severity: 'warn',
  check: ({ models }) =>
    models.flatMap(({ text, spot, facts }) => {
      if (!facts) return [];
      const { vendor, name, snapshot } = facts;
      if (snapshot !== null)
        return [
          { spot, message: `${text} is whichever snapshot its vendor chooses: name one, like ${vendor}/${snapshot}` },
        ];
      return /-latest$/.test(name)
        ? [{ spot, message: `${text} is another model after every update: name the snapshot that you have tested` }]
        : [];
    }),
  examples: {
    bad: [
      {
        describe: 'the newest of a family',
        prompt: 'model: openai/gpt-chat-latest\nmessages: [{ role: user, content: "{{ ticket }}" }]\n',
        finds: 'openai/gpt-chat-latest',
      },
      {
        describe: 'a name that has snapshots',
        prompt: 'model: openai/gpt-5.4-mini\nmessages: [{ role: user, content: "{{ ticket }}" }]\n',
        finds: 'openai/gpt-5.4-mini',
      },
    ],
    good: [
      {
        describe: 'a model of which there is one version',
        prompt: 'model: openai/gpt-6-luna\nmessages: [{ role: user, content: "{{ ticket }}" }]\n',
      },
      {
        describe: 'a snapshot',
        prompt: 'model: anthropic/claude-haiku-4-5-20251001\nmessages: [{ role: user, content: "{{ ticket }}" }]\n',
      },
    ],
  },
});
