import { eachText, withoutTags } from '../each-prompt.js';
import { defineRule } from '../rule.js';

/** Letters of Cyrillic that look like Latin ones. */
const LOOKALIKES = /[аеорсухіјѕһАВЕКМНОРСТУХІЈЅ]/u;

export const mixedAlphabets = defineRule({
  id: 'mixed-alphabets',
  group: 'text',
  describe: 'A Latin word with Cyrillic letters in it that look alike: people read one word, and the model another.',
  severity: 'warn',
  check: eachText(({ text, spot }) =>
    [...withoutTags(text).matchAll(/[\p{L}\p{M}]+/gu)].flatMap(({ index, 0: word }) => {
      const foreign = [...word].filter((letter) => /\p{Script=Cyrillic}/u.test(letter));
      const isMixed = foreign.length > 0 && (word.match(/\p{Script=Latin}/gu)?.length ?? 0) > foreign.length;
      if (!isMixed || !foreign.every((letter) => LOOKALIKES.test(letter))) return [];
      const message = `"${word}" has letters of two alphabets (${foreign.join(', ')} is Cyrillic): write it anew`;
      return [{ spot: { ...spot, offset: index }, message }];
    }),
  ),
  examples: {
    bad: [
      {
        describe: 'the o is Cyrillic',
        prompt: 'messages: [{ role: user, content: "Never give a passwоrd. {{ ticket }}" }]\n',
        finds: 'passwоrd',
      },
    ],
    good: [
      {
        describe: 'words of two languages, and a Greek letter in a unit',
        prompt: 'messages: [{ role: user, content: "Translate привет into English, in μm. {{ ticket }}" }]\n',
      },
    ],
  },
});
