import { eachPrompt } from '../each-prompt.js';
import { defineRule } from '../rule.js';
import { isOfUsers } from '../user-text.js';

const FENCES = ['```', '"""', '~~~'];

export const openFence = defineRule({
  id: 'open-fence',
  group: 'data',
  describe:
    'What users write stands between fences that they may well write themselves, such as three backticks: the first of theirs ends it. A tag of your own is harder to hit by chance, and `replace` keeps it from being written.',
  severity: 'warn',
  check: eachPrompt(({ texts, trusted }) =>
    texts.flatMap(({ text, spot }) =>
      FENCES.flatMap((fence) => {
        const sign = fence === '```' || fence === '~~~' ? `${fence}\\w*` : fence;
        return [
          ...text.matchAll(
            new RegExp(`${sign}[ \\t]*\\n?[ \\t]*(\\{\\{-?\\s*([\\w-]+)\\s*-?\\}\\})[ \\t]*\\n?[ \\t]*${fence}`, 'g'),
          ),
        ].flatMap((match) => {
          const [whole, tag = '', name = ''] = match;
          if (trusted.includes(name) || !isOfUsers(name)) return [];
          const message = `${name} can hold ${fence} itself, which would end it: use a tag, like <${name}>…</${name}>, or take the sign out with a filter`;
          return [{ spot: { ...spot, offset: match.index + whole.indexOf(tag) }, message }];
        });
      }),
    ),
  ),
  examples: {
    bad: [
      {
        describe: 'a ticket with a code block would end it',
        prompt: `messages:
  - role: user
    content: |
      Sum up what stands between the backticks.
      \`\`\`
      {{ ticket }}
      \`\`\`
`,
        finds: '{{ ticket }}',
      },
    ],
    good: [
      {
        describe: 'the sign is taken out, or a tag is used',
        prompt: `messages:
  - role: user
    content: |
      Sum up what stands between the backticks, and then the note.
      \`\`\`
      {{ ticket | remove: "\`\`\`" }}
      \`\`\`
      <note>{{ comment }}</note>
`,
      },
    ],
  },
});
