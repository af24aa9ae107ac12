import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hostileText, isWorkflowCommand } from '../../../test/helpers/hostile.js';
import { breakCommands, printable, printableLine, stripEscapes } from './printable.js';

describe('stripEscapes', () => {
  test.each([
    ['\u001b[31mred\u001b[0m', 'red'],
    ['\u001b]8;;https://evil.example\u0007click\u001b]8;;\u0007', 'click'],
    ['\u001b]0;title\u001b\\text', 'text'],
    ['\u001b]52;c;never ended: the rest is still shown', '52;c;never ended: the rest is still shown'],
    ['a\u009b31mb', 'a31mb'],
    ['one\r\ntwo\rthree\u2028four', 'one\ntwo\nthree\nfour'],
    ['tab\tstays, bell\u0007 goes', 'tab\tstays, bell goes'],
    ['user\u202egpj.exe', 'usergpj.exe'],
    ['half \ud83d of a pair', 'half \ufffd of a pair'],
  ])('%j', (text, expected) => {
    expect(stripEscapes(text)).toBe(expected);
  });
});

describe('printable', () => {
  test.each([
    ['::error::stop', ': :error::stop'],
    ['  \u00a0::add-mask::x', '  \u00a0: :add-mask::x'],
    ['\u200b::error::stop', '\u200b: :error::stop'],
    ['Foo::bar stays', 'Foo::bar stays'],
    ['text ##[set-output name=a]b', 'text # #[set-output name=a]b'],
    ['x ##vso[task.setvariable variable=a]b', 'x # #vso[task.setvariable variable=a]b'],
    ["##teamcity[buildStatus status='SUCCESS']", "# #teamcity[buildStatus status='SUCCESS']"],
    ['###[error]', '## #[error]'],
    ['## A heading', '## A heading'],
    ['#\u001b[0m#[error]x', '# #[error]x'],
    ['fine\n\n::error::second line', 'fine\n\n: :error::second line'],
  ])('%j', (text, expected) => {
    expect(printable(text)).toBe(expected);
  });

  test('no text gets a control character or a workflow command through', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const shown = printable(text);
        expect(shown).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
        expect(shown.split('\n').filter(isWorkflowCommand)).toEqual([]);
        expect(breakCommands(shown)).toBe(shown);
        const line = printableLine(text, 20);
        expect([...line].length).toBeLessThanOrEqual(20);
        expect(line).not.toContain('\n');
        expect(isWorkflowCommand(line)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  test.each(['\n', '\r', '\u2028'])('a long run of %j takes linear time', (part) => {
    expect(printable(part.repeat(300_000))).toHaveLength(300_000);
    expect(breakCommands(part.repeat(300_000))).toHaveLength(300_000);
  });
});

test('printableLine says that it cut, also where only spaces were cut from view', () => {
  expect(printableLine('a  b\nc', 10)).toBe('a b c');
  expect(printableLine('abcdefghijkl', 5)).toBe('abcd…');
  expect(printableLine('x'.repeat(100_000), 5)).toBe('xxxx…');
});
