import { nameOfCharacter } from '../../core/text/code-point.js';
import { eachText } from '../each-prompt.js';
import { defineRule } from '../rule.js';
import { REORDERING } from '../signs.js';

export const reorderedText = defineRule({
  id: 'reordered-text',
  group: 'text',
  describe:
    'Control characters that show a text in another order than the one in which the model reads it: a review sees other words than those that are sent.',
  severity: 'error',
  check: eachText(({ text, spot }) =>
    [...text.matchAll(REORDERING)].slice(0, 1).map(({ index, 0: found }) => ({
      spot: { ...spot, offset: index },
      message: `from here on the text is shown in another order than it is read (${nameOfCharacter(found)}): take the character out`,
    })),
  ),
  examples: {
    bad: [
      {
        describe: 'what follows is shown backwards (written as an escape here)',
        prompt: 'messages: [{ role: user, content: "Answer \\u202e{{ ticket }}" }]\n',
        finds: '\\u202e',
      },
    ],
    good: [
      {
        describe: 'text that runs from right to left',
        prompt: 'messages: [{ role: user, content: "ענה על {{ ticket }}" }]\n',
      },
    ],
  },
});
