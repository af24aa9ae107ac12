import { eachText, withoutTags } from '../each-prompt.js';
import { defineRule } from '../rule.js';

export const contradiction = defineRule({
  id: 'contradiction',
  group: 'data',
  describe:
    'Two instructions that cannot both be followed, as far as that can be seen without a model: always and never the same thing, a least length above the greatest, answers in two languages.',
  severity: 'warn',
  check: eachText(({ text, spot, role }) => {
    if (role === 'assistant' || role === 'tool') return [];
    const plain = withoutTags(text);
    return [...oppositesIn(plain), ...lengthsIn(plain), ...languagesIn(plain)].map(({ offset, message }) => ({
      spot: { ...spot, offset },
      message,
    }));
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
    ],
    good: [
      {
        describe: 'an exception, a span, and a condition',
        prompt: `messages:
  - role: system
    content: |
      Always mention the order number, but never mention the address. Write at least 50 and at most 100 words.
      Answer in English. If the ticket is in German, answer in German.
  - { role: user, content: "{{ ticket }}" }
`,
      },
    ],
  },
});

interface Clash {
  readonly offset: number;
  readonly message: string;
}

/** `always X` and `never X`, with the same words to the end of the sentence. */
function oppositesIn(text: string): readonly Clash[] {
  const said = (word: string) =>
    [...text.matchAll(new RegExp(`\\b${word}\\s+([^.,;:!?\\n]{8,120})(?=[.;!\\n]|$)`, 'gi'))].map((match) => ({
      what: (match[1] ?? '').toLowerCase().replace(/\s+/g, ' ').trim(),
      offset: match.index,
    }));
  const always = said('always');
  return said('never').flatMap(({ what, offset }) =>
    always.some((each) => each.what === what)
      ? [{ offset, message: `the text says always, and never, "${what.slice(0, 60)}": keep one of them` }]
      : [],
  );
}

/** A least length above the greatest, of the same unit, where each is said once. */
function lengthsIn(text: string): readonly Clash[] {
  return ['word', 'sentence', 'character', 'paragraph'].flatMap((unit) => {
    const limits = (words: string) => [...text.matchAll(new RegExp(`\\b(?:${words})\\s+(\\d+)\\s+${unit}s?\\b`, 'gi'))];
    const [least, ...otherLeast] = limits('at least|a minimum of|no fewer than|more than');
    const [most, ...otherMost] = limits('at most|a maximum of|no more than|up to|fewer than|less than');
    if (!least || !most || otherLeast.length + otherMost.length > 0 || Number(least[1]) <= Number(most[1])) return [];
    return [{ offset: most.index, message: `${least[0]} and ${most[0]} cannot both be: keep one of them` }];
  });
}

const LANGUAGES =
  'English|German|French|Spanish|Italian|Portuguese|Dutch|Polish|Russian|Chinese|Japanese|Korean|Arabic';

/** That a sentence begins here. */
const BEGINS = /(?:^|[.!\n])[ \n]{0,4}(?:always |only |[-*] )?$/i;

/** Two languages that all answers are to be in; a sentence with a condition is about some of them. */
function languagesIn(text: string): readonly Clash[] {
  const order = new RegExp(`\\b(?:answer|respond|reply|write) (?:only )?in (${LANGUAGES})(?=[.!\n]|$)`, 'gi');
  const orders = [...text.matchAll(order)].filter(({ index }) =>
    BEGINS.test(text.slice(Math.max(0, index - 12), index)),
  );
  const [first] = orders;
  const other = orders.find((each) => first && each[1]?.toLowerCase() !== first[1]?.toLowerCase());
  if (!first || !other) return [];
  return [
    { offset: other.index, message: `the text asks for answers in ${first[1]} and in ${other[1]}: say when which` },
  ];
}
