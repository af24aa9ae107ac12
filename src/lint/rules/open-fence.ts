import { eachPrompt } from '../each-prompt.js';
import { defineRule } from '../rule.js';
import { isOfUsers } from '../user-text.js';

const FENCES = ['```', '"""', "'''", '~~~', '###', '---', '==='];
/** Names of what people write in Markdown and code, where such signs are common. */
const HOLDS_SIGNS =
  /(?:^|[_-])(?:code|snippet|diff|patch|source|file|readme|markdown|notes?|answer|response|output|context|log)s?$/i;
/** Further away from a fence, a variable is not what it is for. */
const MOST_AROUND = 200;

export const openFence = defineRule({
  id: 'open-fence',
  group: 'variables',
  describe:
    'What users write stands between fences that they may well write themselves, such as three backticks: the first of theirs ends it. A tag of your own is harder to hit by chance, and `replace` keeps it from being written.',
  severity: 'warn',
  check: eachPrompt(({ texts, trusted }) =>
    texts.flatMap(({ text, spot }) =>
      FENCES.flatMap((fence) =>
        insideOf(text, fence).flatMap(({ inside, start }) =>
          [...inside.matchAll(/\{\{-?\s*([\w-]+)\s*-?\}\}/g)].flatMap(({ 1: name = '', index }) => {
            if (trusted.includes(name) || !(isOfUsers(name) || HOLDS_SIGNS.test(name))) return [];
            const message = `${name} can hold ${fence} itself, which would end it: use a tag, like <${name}>…</${name}>, or take the sign out with a filter`;
            return [{ spot: { ...spot, offset: start + index }, message }];
          }),
        ),
      ),
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
      {
        describe: 'so would code with a comment in Markdown',
        prompt: `messages:
  - role: user
    content: |
      Review this code in one line.
      \`\`\`
      {{ code }}
      \`\`\`
`,
        finds: '{{ code }}',
      },
      {
        describe: 'so would one with a rule in it, under a label',
        prompt: `messages:
  - role: user
    content: |
      Sum up what stands between the lines.
      ---
      Ticket:
      {{ ticket }}
      ---
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

/** What stands between a fence and the next sign of it, with the place where that begins; a line of a table is no fence. */
function insideOf(text: string, fence: string): readonly { readonly inside: string; readonly start: number }[] {
  const sign = fence === '```' || fence === '~~~' ? `${fence}\\w*` : fence;
  // What also means something else is a fence only as a line of its own
  const isLine = ['###', '---', '==='].includes(fence);
  const between = isLine
    ? new RegExp(`(?<=^|\\n)([ \\t]*${sign}[ \\t]*\\n)([\\s\\S]*?)\\n[ \\t]*${fence}[ \\t]*(?=\\n|$)`, 'g')
    : new RegExp(`(${sign})([\\s\\S]*?)${fence}`, 'g');
  return [...text.matchAll(between)].flatMap(({ 1: opening = '', 2: inside = '', index }) =>
    inside.replace(/\{\{[\s\S]*?\}\}/g, '').length > MOST_AROUND ? [] : [{ inside, start: index + opening.length }],
  );
}
