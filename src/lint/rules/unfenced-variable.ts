import { eachPrompt, withoutTags } from '../each-prompt.js';
import { defineRule } from '../rule.js';
import { isOfUsers } from '../user-text.js';

/** Words of instructions before and behind a variable, from which on it stands amid them. */
const FEWEST_WORDS = 4;
const FENCES = ['```', '"""', "'''", '~~~', '###', '---', '==='];

export const unfencedVariable = defineRule({
  id: 'unfenced-variable',
  group: 'variables',
  describe:
    'What users write stands amid instructions, and nothing says where it ends: the model cannot tell which of both is which. Tags, quotes or a code block around it do.',
  severity: 'warn',
  check: eachPrompt(({ texts, trusted }) =>
    texts.flatMap(({ role, text, spot }) => {
      if (role !== 'user') return [];
      const plain = withoutTags(text);
      return [...text.matchAll(/\{\{-?\s*([\w-]+)[^}]*\}\}/g)].flatMap((match) => {
        const [written, name = ''] = match;
        if (trusted.includes(name) || !isOfUsers(name)) return [];
        const [before, after] = [plain.slice(0, match.index), plain.slice(match.index + written.length)];
        if (wordsIn(before) < FEWEST_WORDS || wordsIn(after) < FEWEST_WORDS || isFenced(before, after)) return [];
        const message = `${name} stands amid instructions: put it between tags, like <${name}>{{ ${name} }}</${name}>, or at the end`;
        return [{ spot: { ...spot, offset: match.index }, message }];
      });
    }),
  ),
  examples: {
    bad: [
      {
        describe: 'where does the review end?',
        prompt: `messages:
  - role: user
    content: |
      Say in one word how the customer feels.
      {{ review }}
      Answer with positive, negative or mixed.
`,
        finds: '{{ review }}',
      },
    ],
    good: [
      {
        describe: 'between tags',
        prompt: `messages:
  - role: user
    content: |
      Say in one word how the customer feels.
      <review>{{ review }}</review>
      Answer with positive, negative or mixed.
`,
      },
      {
        describe: 'at the end, under a heading of its own',
        prompt: `messages:
  - role: user
    content: |
      Say in one word how the customer feels: positive, negative or mixed.

      Review:
      {{ review }}
`,
      },
    ],
  },
});

function wordsIn(text: string): number {
  return text.match(/\p{L}{2,}/gu)?.length ?? 0;
}

/** Whether a sign before it comes again behind it, or what follows begins with a heading or a rule. */
function isFenced(before: string, after: string): boolean {
  const opened = [...before.matchAll(/<([\w-]+)[^<>]*>/g)].some(
    ([, tag = '']) => after.includes(`</${tag}>`) && !before.includes(`</${tag}>`),
  );
  if (opened || FENCES.some((sign) => before.split(sign).length % 2 === 0 && after.includes(sign))) return true;
  if (/["'“«‘`([][ \t]*$/.test(before) && /^[ \t]*["'”»’`)\]]/.test(after)) return true;
  return /^\s*\n\s*(?:#{1,6} |[-=*_]{3,}|\*\*|<|\[|[\p{L} ]{1,40}:)/u.test(after) || /^\s*\{/.test(after);
}
