import { eachText, isSaidToModel, withoutTags } from '../each-prompt.js';
import { defineRule } from '../rule.js';

/** Shorter ones are headings, labels and the like, which may well stand there twice. */
const SHORTEST_WORDS = 7;

export const repeatedSentence = defineRule({
  id: 'repeated-sentence',
  group: 'text',
  describe:
    'A sentence that stands twice in one text: one of them was most likely to be another, and both are paid for.',
  severity: 'warn',
  check: eachText((said) => {
    if (!isSaidToModel(said)) return [];
    const { text, spot } = said;
    const seen = new Map<string, number>();
    const told = new Set<string>();
    let [line, counted] = [1, 0];
    return sentencesIn(text).flatMap(({ sentence, offset }) => {
      const key = sentence.toLowerCase().replace(/\s+/g, ' ');
      line += text.slice(counted, offset).split('\n').length - 1;
      counted = offset;
      const before = seen.get(key);
      if (before === undefined) {
        seen.set(key, line);
        return [];
      }
      if (told.has(key)) return [];
      told.add(key);
      const quoted = sentence.replace(/\s+/g, ' ').slice(0, 60);
      const message = `this stands in line ${before} of the text too: "${quoted}${quoted.length === 60 ? '…' : ''}"`;
      return [{ spot: { ...spot, offset }, message }];
    });
  }),
  examples: {
    bad: [
      {
        describe: 'the same rule three times, once',
        prompt: `messages:
  - role: system
    content: |
      Answer in at most three short sentences, please.
      Be kind to whoever writes.
      Answer in at most three short sentences, please.
      Answer in at most three short sentences, please.
  - { role: user, content: "{{ ticket }}" }
`,
        finds: 'Answer in at most',
      },
    ],
    good: [
      {
        describe: 'labels, code and what is between tags may come again',
        prompt: `messages:
  - role: system
    content: |
      Question: {{ one }}
      Answer: yes
      Question: {{ two }}
      Answer: yes
`,
      },
    ],
  },
});

interface PlacedSentence {
  readonly sentence: string;
  readonly offset: number;
}

/** The sentences of prose, without code blocks, with the places where they begin. */
function sentencesIn(text: string): readonly PlacedSentence[] {
  const prose = withoutTags(text).replace(/```[\s\S]*?(?:```|$)/g, (code) => code.replace(/[^\n]/g, ' '));
  return [...prose.matchAll(/[^.!?\n]+(?:[.!?](?!\s|$)[^.!?\n]*)*[.!?]?/g)].flatMap((match) => {
    const sentence = match[0].replace(/^[\s>*#+-]*(?:\d+[.)]\s)?/, '');
    const words = sentence.match(/\p{L}+/gu) ?? [];
    if (words.length < SHORTEST_WORDS) return [];
    return [{ sentence: sentence.trim(), offset: match.index + match[0].length - sentence.length }];
  });
}
