import { eachText } from '../each-prompt.js';
import { defineRule } from '../rule.js';

export const blankRuns = defineRule({
  id: 'blank-runs',
  group: 'text',
  describe:
    'Blanks that nobody sees and every call pays for: at the end of a line, or three empty lines and more, also those that tags of the template leave where they stand alone on a line. In Markdown two blanks at the end of a line are a line break, so these are left alone.',
  severity: 'warn',
  check: eachText(({ text, spot }) => [
    ...[...text.matchAll(/(?<=\S)(?:[ \t]{3,}|[ \t])(?=\n)|(?<=\n)[ \t]*\n(?:[ \t]*\n){2,}/g)].map(
      ({ index, 0: found }) => {
        const isRun = found.includes('\n');
        return {
          spot: { ...spot, offset: index },
          message: isRun ? 'a run of empty lines: one is enough' : 'blanks at the end of the line: take them out',
          fix: { start: index, end: index + found.length, text: isRun ? '\n' : '' },
        };
      },
    ),
    ...leftByTags(text).map((offset) => ({
      spot: { ...spot, offset },
      message:
        'where this tag stood, a run of empty lines is left: write {%- … %}, or take the empty lines around it out',
    })),
  ]),
  examples: {
    bad: [
      {
        describe: 'a blank before the line ends',
        prompt: 'messages:\n  - role: user\n    content: |\n      Answer this: \n      {{ ticket }}\n',
        finds: ' \n',
      },
      {
        describe: 'empty lines that a loop leaves between its items',
        prompt:
          'messages:\n  - role: user\n    content: |\n      Answer these:\n      {% for each in tickets %}\n\n      {{ each }}\n\n      {% endfor %}\n',
        finds: '{% for',
      },
    ],
    good: [
      {
        describe: 'a line break of Markdown, an empty line between paragraphs',
        prompt:
          'messages:\n  - role: user\n    content: |\n      {% for each in notes %}\n      - {{ each }}\n      {% endfor %}\n\n      {%- if kind %}\n      Be kind.\n      {% endif %}\n      Answer this:  \n      {{ ticket }}\n\n      Thanks.\n',
      },
    ],
  },
});

/** A line that holds a tag, or two, and leaves an empty one. */
const TAG = String.raw`[ \t]*(?:\{%(?!-)(?:(?!%\})[\s\S])*(?<!-)%\}[ \t]*)+\n`;
const EMPTY = String.raw`[ \t]*\n`;

/** A loop, with the blanks at the beginning and at the end of what it repeats. */
const LOOP = /\{%\s*for\b(?:(?!%\})[\s\S])*(?<!-)%\}(\s{0,99})(?:(?!\{%-?\s*endfor)[\s\S])*?(\s{0,99})\{%\s*endfor/g;

/** Where tags that stand alone leave three empty lines and more: with those around them, or from one turn of a loop to the next. */
function leftByTags(text: string): readonly number[] {
  const runs = [...text.matchAll(new RegExp(`(?<=\\n)(?:${EMPTY}){0,2}(${TAG})(?:${TAG}|${EMPTY})*`, 'g'))].flatMap(
    ({ index, 0: run, 1: tag = '' }) =>
      run.split('\n').length > 3 ? [index + run.indexOf(tag) + tag.search(/\S/)] : [],
  );
  const loops = [...text.matchAll(LOOP)].flatMap(({ index, 1: before = '', 2: after = '' }) =>
    `${before}${after}`.split('\n').length > 4 ? [index] : [],
  );
  return [...new Set([...runs, ...loops])];
}
