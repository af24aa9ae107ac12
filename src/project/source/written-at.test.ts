import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { commentsOf } from './yaml-comments.js';
import { parseYaml } from './yaml-source.js';

/** What stands in the file where the n-th word of the value at `a` is said to be written. */
function wordAt(yaml: string, word: string): string {
  const { source, data } = parseYaml('a.yaml', yaml);
  const offset = (data as { a: string }).a.indexOf(word);
  return yaml.slice(source.written(['a'], offset)).slice(0, word.length);
}

describe('a character of a text is found where it is written', () => {
  it.each([
    ['plain', 'a: one two three\n'],
    ['plain over lines', 'a: one\n  two\n  three\n'],
    ['literal', 'a: |\n    one\n\n    two\n    three\n'],
    ['literal with an indentation of its own', 'a: |2\n    one\n  two\n  three\n'],
    ['literal behind a comment', 'a: | # three\n  one\n  two three\n'],
    ['folded', 'a: >-\n  one\n  two\n\n  three\n'],
    ['in single quotes', "a: 'it''s one\n  two three'\n"],
    ['in double quotes', 'a: "\\u0041 \\"one\\" \\\n  \\t two \\n three"\n'],
    ['with the line ends of Windows', 'a: |\r\n  one\r\n  two three\r\n'],
  ])('%s', (_, yaml) => {
    for (const word of ['one', 'two', 'three']) expect(wordAt(yaml, word)).toBe(word);
  });

  it('holds for any text in any style', () => {
    const style = fc.constantFrom('BLOCK_LITERAL', 'BLOCK_FOLDED', 'QUOTE_DOUBLE', 'QUOTE_SINGLE', 'PLAIN');
    const text = fc.array(fc.constantFrom('ab', '#', "'", '"', '\\', ' ', '\n', '  ', '{{ x }}', 'é', '😀'), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(text, style, (pieces, defaultStringType) => {
        const value = `${pieces.join('')}WORD${pieces.join('')}`;
        const yaml = stringify({ a: value }, { defaultStringType, lineWidth: 40 });
        const { source, data } = parseYaml('a.yaml', yaml);
        const offset = (data as { a: string }).a.indexOf('WORD');
        return yaml.startsWith('WORD', source.written(['a'], offset));
      }),
    );
  });
});

it('comments are found, and not in texts', () => {
  const yaml = `# first
a: | # behind
  # none
  text
b: "# none" # last
c: x#none
`;
  expect(commentsOf('a.yaml', yaml).map(({ line, column, text, isAlone }) => [line, column, text, isAlone])).toEqual([
    [1, 1, ' first', true],
    [2, 6, ' behind', false],
    [5, 13, ' last', false],
  ]);
});
