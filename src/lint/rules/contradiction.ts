import { isInstruction } from '../../core/requests/message-text.js';
import { clashesIn } from '../clashes.js';
import { eachPrompt, withoutTags } from '../each-prompt.js';
import type { LintPrompt, LintText } from '../lint-project.js';
import { defineRule } from '../rule.js';

export const contradiction = defineRule({
  id: 'contradiction',
  group: 'text',
  describe:
    'Two instructions that cannot both be followed, as far as that can be seen without a model: always and never the same thing, a least length above the greatest, or answers in two lengths, languages or formats.',
  severity: 'warn',
  check: eachPrompt((prompt) => {
    const said = instructionsOf(prompt);
    return clashesIn(said.map(({ text }) => withoutTags(text)).join(BETWEEN)).flatMap(({ offset, message }) => {
      const place = placeAt(said, offset);
      return place === null ? [] : [{ spot: { ...place.spot, offset: place.offset }, message }];
    });
  }),
  examples: {
    bad: [
      {
        describe: 'always and never',
        prompt: `messages:
  - role: system
    content: |
      Always mention the order number.
      Be brief. Never mention the order number.
  - { role: user, content: "{{ ticket }}" }
`,
        finds: 'Never mention',
      },
      {
        describe: 'at least more than at most',
        prompt: `messages:
  - role: system
    content: Write at least 200 words. Use at most 100 words.
  - { role: user, content: "{{ ticket }}" }
`,
        finds: 'at most 100 words',
      },
      {
        describe: 'two languages',
        prompt: `messages:
  - role: system
    content: Always answer in English. Be kind. Always answer in German.
  - { role: user, content: "{{ ticket }}" }
`,
        finds: 'answer in German',
      },
      {
        describe: 'two formats, in two messages',
        prompt: `messages:
  - { role: system, content: "You sort tickets. Respond in JSON." }
  - { role: user, content: "{{ ticket }}\\n\\nAnswer in plain text." }
`,
        finds: 'Answer in plain',
      },
      {
        describe: 'two lengths',
        prompt: `messages:
  - role: system
    content: Answer in two sentences. Be kind. Answer in exactly 5 sentences.
  - { role: user, content: "{{ ticket }}" }
`,
        finds: 'Answer in exactly 5',
      },
    ],
    good: [
      {
        describe: 'an exception, a span, and a condition',
        prompt: `messages:
  - role: system
    content: |
      Always mention the order number, but never mention the address. Write at least 50 and at most 100 words.
      Answer in English. If the ticket is in German, answer in German.
      Never mention the discount, and when the customer asks for it, do mention the discount.
      The title has at most 10 words. The body has at least 40 words.
      Answer in JSON. Write the summary field in Markdown. Do not wrap the JSON in Markdown.
  - { role: user, content: "{{ ticket }}" }
`,
      },
    ],
  },
});

const BETWEEN = '\n\n';

/** The texts that instruct the model; beside answers of the assistant, what users say are examples. */
function instructionsOf({ texts }: LintPrompt): readonly LintText[] {
  const isTalk = texts.some(({ role }) => role === 'assistant');
  return texts.filter((text) => isInstruction(text) || (text.role === 'user' && !isTalk));
}

/** The text that a place in all of them is in, and where there. */
function placeAt(
  texts: readonly LintText[],
  offset: number,
): (Pick<LintText, 'spot'> & { readonly offset: number }) | null {
  let start = 0;
  for (const { text, spot } of texts) {
    if (offset < start + text.length) return { spot, offset: offset - start };
    start += text.length + BETWEEN.length;
  }
  return null;
}
