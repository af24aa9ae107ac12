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
      message: `this looks like a ${kind.includes(' ') ? kind : `key (${kind})`}: revoke it, take it out, and let programs read it from their environment`,
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
      {
        describe: 'the password of a database',
        prompt: `messages:
  - role: system
    content: |
      Ask the orders at
      postgres://orders:Kq7${'vX2mP9'}zT4@db.acme.io:5432/shop
  - { role: user, content: "{{ ticket }}" }
`,
        finds: 'postgres://',
      },
    ],
    good: [
      {
        describe: 'a database of this machine, and a password that is none',
        prompt: `messages:
  - role: system
    content: Try postgres://app:app123@127.0.0.1/shop, then https://user:password@api.acme.io.
  - { role: user, content: "{{ ticket }}" }
`,
      },
      {
        describe: 'a placeholder',
        prompt: 'messages: [{ role: user, content: "Send it with the token ghp_XXXX… {{ ticket }}" }]\n',
      },
    ],
  },
});
