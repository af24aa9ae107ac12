import { eachPrompt } from '../each-prompt.js';
import { defineRule } from '../rule.js';

const SHARE = 0.2;
/** Fewer characters more are no matter, whatever share they are. */
const FEWEST = 200;

export const grownPrompt = defineRule({
  id: 'grown-prompt',
  group: 'text',
  describe: `The messages have grown by more than ${SHARE * 100}% since the base of the change: every call costs more from now on. Needs \`--base\`, or the variables of a CI system.`,
  severity: 'warn',
  check: eachPrompt(({ prompt, texts, base }) => {
    if (base === null) return [];
    const [before, now] = [base, texts.map(({ text }) => text)].map((all) => all.join('').length);
    if (before === undefined || now === undefined || before === 0) return [];
    if (now - before < FEWEST || now <= (1 + SHARE) * before) return [];
    const message = `the messages are ${Math.round((100 * now) / before) - 100}% longer than in the base (${before} to ${now} characters): is all of it needed in every call?`;
    return [{ spot: { file: prompt.path, path: ['messages'], part: 'key' }, message }];
  }),
  examples: {
    bad: [
      {
        describe: 'from a line to a page',
        base: 'messages: [{ role: user, content: "Sum up the ticket. {{ ticket }}" }]\n',
        prompt: `messages:
  - role: user
    content: "${'Think of whoever wrote this, and of what they want from us. '.repeat(8)}{{ ticket }}"
`,
        finds: 'messages:',
      },
    ],
    good: [
      {
        describe: 'a sentence more',
        base: 'messages: [{ role: user, content: "Sum up the ticket. {{ ticket }}" }]\n',
        prompt: 'messages: [{ role: user, content: "Sum up the ticket in one sentence. {{ ticket }}" }]\n',
      },
    ],
  },
});
