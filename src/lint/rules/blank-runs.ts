import { eachText } from '../each-prompt.js';
import { defineRule } from '../rule.js';

export const blankRuns = defineRule({
  id: 'blank-runs',
  group: 'text',
  describe:
    'Blanks that nobody sees and every call pays for: at the end of a line, or three empty lines and more. In Markdown two blanks at the end of a line are a line break, so these are left alone.',
  severity: 'warn',
  check: eachText(({ text, spot }) =>
    [...text.matchAll(/(?<=\S)(?:[ \t]{3,}|[ \t])(?=\n)|(?<=\n)[ \t]*\n(?:[ \t]*\n){2,}/g)].map(
      ({ index, 0: found }) => {
        const isRun = found.includes('\n');
        return {
          spot: { ...spot, offset: index },
          message: isRun ? 'a run of empty lines: one is enough' : 'blanks at the end of the line: take them out',
          fix: { start: index, end: index + found.length, text: isRun ? '\n' : '' },
        };
      },
    ),
  ),
  examples: {
    bad: [
      {
        describe: 'a blank before the line ends',
        prompt: 'messages:\n  - role: user\n    content: |\n      Answer this: \n      {{ ticket }}\n',
        finds: ' \n',
      },
    ],
    good: [
      {
        describe: 'a line break of Markdown, an empty line between paragraphs',
        prompt:
          'messages:\n  - role: user\n    content: |\n      Answer this:  \n      {{ ticket }}\n\n      Thanks.\n',
      },
    ],
  },
});
