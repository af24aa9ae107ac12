import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stripEscapes } from '../../core/text/printable.js';
import { cutToWidth, fitColumns, layOutRow, padToWidth, widthOf, wrap, wrapLines, wrapRow } from './layout.js';

// One grapheme is never cut, however wide it is
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

const visible = fc.string({ unit: 'grapheme' }).map((text) => stripEscapes(text).replaceAll('\t', ' '));

describe('wide and combined characters', () => {
  test.each([
    ['日本語', 6],
    ['👩‍👩‍👧', 2],
    ['e\u0301', 1],
    ['≥ … ✓', 5],
  ])('%s takes %d columns', (text, width) => {
    expect(widthOf(text)).toBe(width);
    expect(widthOf(padToWidth(text, 10))).toBe(10);
    expect(padToWidth(text, 10, 'end').endsWith(text)).toBe(true);
  });

  test('are not cut in two', () => {
    expect(cutToWidth('日本語', 5)).toBe('日本…');
    expect(cutToWidth('日本語', 6)).toBe('日本語');
    expect(cutToWidth('a👩‍👩‍👧b', 3)).toBe('a…');
  });
});

test('lines that a terminal has no room for go on two further in; a pipe gets them whole', () => {
  const text = 'no, for 1 reason\n  it has 0 approvals of 2\n    ask somebody';
  expect(wrapLines(text, 16)).toBe('no, for 1 reason\n  it has 0\n    approvals of\n    2\n    ask somebody');
  expect(wrapLines(text)).toBe(text);
  expect(wrapRow('  a.yaml  ', 'asks each of the models', 32)).toBe('  a.yaml  asks each of the\n          models');
  expect(wrapRow('  a.yaml  ', 'asks each of the models')).toBe('  a.yaml  asks each of the models');
});

describe('wrap', () => {
  test('breaks at spaces, keeps indentation, and says where it cut', () => {
    expect(wrap('one two three\n  four', 8)).toEqual(['one two', 'three', '  four']);
    expect(wrap('aaaaaaaaaaaa', 5)).toEqual(['aaaaa', 'aaaaa', 'aa']);
    expect(wrap('1\n2\n3\n4', 5, 2)).toEqual(['1', '2…']);
    expect(wrap('12345\n2\n3', 5, 1)).toEqual(['1234…']);
    expect(wrap('1\n2\n\n', 5, 2)).toEqual(['1', '2']);
  });

  test('no line is too wide and no character is lost', () => {
    fc.assert(
      fc.property(visible, fc.integer({ min: 2, max: 20 }), (text, width) => {
        const lines = wrap(text, width);
        expect(lines.filter((line) => widthOf(line) > width && [...graphemes.segment(line)].length > 1)).toEqual([]);
        expect(lines.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
      }),
    );
  });
});

test('a column that may be cut gives way, down to its least width', () => {
  const columns = [{ title: 'a' }, { title: 'b', minWidth: 8 }, { title: 'n', align: 'end' }] as const;
  const rows = [['x', 'a rather long text', '10']];
  expect(fitColumns(columns, rows, 80)).toEqual([1, 18, 2]);
  expect(fitColumns(columns, rows, 5)).toEqual([1, 8, 2]);
  const widths = fitColumns(columns, rows, 20);
  expect(layOutRow(rows[0] ?? [], columns, widths).join('  ')).toBe('x  a rather lon…  10');
});
