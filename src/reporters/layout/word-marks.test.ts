import { Chalk } from 'chalk';
import { expect, it } from 'vitest';
import { markWords, paintMarks } from './word-marks.js';

const words = [
  { kind: 'same', text: 'You have ' },
  { kind: 'removed', text: '30\ndays' },
  { kind: 'added', text: '6\u001b[31m0' },
] as const;

it('marks what is gone and what has come, without the escapes of a model', () => {
  expect(markWords(words)).toBe('You have [-30\ndays-]{+60+}');
});

it('paints each line of a mark by itself, and nothing without colour', () => {
  const lines = markWords(words).split('\n');
  const paint = paintMarks(new Chalk({ level: 1 }));
  const red = (text: string) => `\u001b[31m${text}\u001b[39m`;
  const green = (text: string) => `\u001b[32m${text}\u001b[39m`;
  expect(lines.map(paint)).toEqual([
    `You have ${red('[-')}${red('30')}`,
    `${red('days')}${red('-]')}${green('{+')}${green('60')}${green('+}')}`,
  ]);
  expect(lines.map(paintMarks(new Chalk({ level: 0 })))).toEqual(lines);
});

it('keeps the breaks at the ends of a change outside of its mark', () => {
  expect(
    markWords([
      { kind: 'same', text: 'Rules:\n' },
      { kind: 'removed', text: '- one\n- two\n' },
      { kind: 'same', text: '- three' },
      { kind: 'added', text: '\n- four' },
      { kind: 'removed', text: '\n' },
    ]),
  ).toBe('Rules:\n[-- one\n- two-]\n- three\n{+- four+}[-\n-]');
});
