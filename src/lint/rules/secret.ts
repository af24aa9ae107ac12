import { defineRule } from '../rule.js';

export const secret = defineRule({
  id: 'secret',
  group: 'text',
  describe:
    'What has the shape of a key or password that a service has issued, in a prompt, suite, dataset or recording: whoever can read the repository can use it, and every call sends it on.',
  severity: 'error',
  check: ({ secrets }) =>
    secrets.map(({ kind, spot }) => ({
      spot,
      message: `this looks like a key (${kind}): revoke it, take it out, and let programs read it from their environment`,
    })),
  examples: {
    bad: [
      {
        describe: 'a key of GitHub in the instructions',
        prompt: `messages:
  - role: system
    content: |
      Ask for issues with the token
      ghp_${'x7Qw9ZrT2mLk4VbN8pYs'}1dFgH3jKc5uEa6oI
  - { role: user, content: "{{ ticket }}" }
`,
        finds: 'ghp_',
      },
    ],
    good: [
      {
        describe: 'a placeholder',
        prompt: 'messages: [{ role: user, content: "Send it with the token ghp_XXXX… {{ ticket }}" }]\n',
      },
    ],
  },
});
