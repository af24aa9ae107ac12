import { eachText, withoutTags } from '../each-prompt.js';
import { defineRule } from '../rule.js';

/** Letters of Cyrillic and Greek that look like Latin ones; not those that stand for units and angles, as μ and α do. */
const LOOKALIKES = /[аеорсухіјѕһԁɡӏАВЕКМНОРСТУХІЈЅοιυνΑΒΕΖΗΙΚΜΝΟΡΤΥΧ]/u;
const FOREIGN = /[\p{Script=Cyrillic}\p{Script=Greek}]/u;

export const mixedAlphabets = defineRule({
  id: 'mixed-alphabets',
  group: 'text',
  describe:
    'A Latin word with Cyrillic or Greek letters in it that look alike: people read one word, and the model another.',
  severity: 'warn',
  check: eachText(({ text, spot }) =>
    [...withoutTags(text).matchAll(/[\p{L}\p{M}]+/gu)].flatMap(({ index, 0: word }) => {
      const foreign = [...word].filter((letter) => FOREIGN.test(letter));
      const isMixed = foreign.length > 0 && /\p{Script=Latin}/u.test(word) && word.length > 2;
      if (!isMixed || !foreign.every((letter) => LOOKALIKES.test(letter))) return [];
      const message = `"${word}" has letters of two alphabets (${foreign.join(', ')} is ${/\p{Script=Greek}/u.test(foreign[0] ?? '') ? 'Greek' : 'Cyrillic'}): write it anew`;
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
