import { nameOfCharacter } from '../../core/text/code-point.js';
import { eachText } from '../each-prompt.js';
import { defineRule } from '../rule.js';
import { INVISIBLE } from '../signs.js';

export const invisibleCharacters = defineRule({
  id: 'invisible-characters',
  group: 'text',
  describe:
    'Characters that nobody sees, such as a zero-width space: left over from copying, or a place to hide words that only the model reads. Joiners, which some scripts and emoji need, are left alone.',
  severity: 'warn',
  check: eachText(({ text, spot }) =>
    [...text.matchAll(INVISIBLE)].map(({ index, 0: found }) => ({
      spot: { ...spot, offset: index },
      message: `an invisible character stands here (${nameOfCharacter(found)}${found.length > 2 ? ', and more' : ''}): take it out`,
      fix: { start: index, end: index + found.length, text: '' },
    })),
  ),
  examples: {
    bad: [
      {
        describe: 'a zero-width space (written as an escape here)',
        prompt: 'messages: [{ role: user, content: "Answer\\u200b {{ ticket }}" }]\n',
        finds: '\\u200b',
      },
    ],
    good: [
      {
        describe: 'an emoji made of several, and a joiner in Persian',
        prompt: 'messages: [{ role: user, content: "👩‍👧 می‌خواهم {{ ticket }}" }]\n',
      },
    ],
  },
});
