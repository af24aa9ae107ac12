import { isInstruction } from '../../core/requests/message-text.js';
import { eachPrompt } from '../each-prompt.js';
import { defineRule } from '../rule.js';
import { isOfUsers, offsetOfVariable } from '../user-text.js';

export const untrustedInstructions = defineRule({
  id: 'untrusted-instructions',
  group: 'variables',
  describe:
    'A variable that users control inside a system or developer message: what they write there has the weight of instructions. `input.trusted` names the variables that they do not control; where it is missing, names such as `ticket` or `user_input` are looked at.',
  severity: 'warn',
  check: eachPrompt(({ texts, prompt, trusted, isJudge }) => {
    if (isJudge) return [];
    const isSaid = prompt.trusted !== undefined;
    return texts.filter(isInstruction).flatMap(({ role, text, spot, variables }) => {
      return variables.flatMap((name) => {
        if (trusted.includes(name) || !(isSaid || isOfUsers(name))) return [];
        const message = `${name} may hold what users write, in a ${role} message: put it into a user message, or name it in input.trusted`;
        return [{ spot: { ...spot, offset: offsetOfVariable(text, name) }, message }];
      });
    });
  }),
  examples: {
    bad: [
      {
        describe: 'the ticket among the rules',
        prompt: `messages:
  - role: system
    content: |
      You answer customers of {{ company }}. The ticket:
      {{ ticket }}
  - { role: user, content: Answer it. }
`,
        finds: '{{ ticket }}',
      },
      {
        describe: 'the file says who is trusted, and does not name it',
        prompt: `messages:
  - { role: system, content: "You answer for {{ company }} in {{ tone }}." }
  - { role: user, content: "{{ ticket }}" }
input: { trusted: [company] }
`,
        finds: '{{ tone }}',
      },
    ],
    good: [
      {
        describe: 'the ticket is what the user says',
        prompt: `messages:
  - { role: system, content: "You answer customers of {{ company }}." }
  - { role: user, content: "{{ ticket }}" }
`,
      },
    ],
  },
});
