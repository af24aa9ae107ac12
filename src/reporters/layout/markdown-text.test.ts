import { marked } from 'marked';
import { expect, test } from 'vitest';
import { codeBlock, codeSpan, escapeHtml, escapeMarkdown, fieldBlock } from './markdown-text.js';

test.each([
  ['**bold** _it_ `code` ~~del~~', '\\*\\*bold\\*\\* \\_it\\_ \\`code\\` \\~\\~\u200bdel\\~\\~'],
  ['<b>&amp;', '&lt;b&gt;&amp;\u200bamp;'],
  ['![x](y) [a](b)', '!\\[x\\](y) \\[a\\](b)'],
  ['- item', '\\- item'],
  ['12. item', '12\\. item'],
  ['/approve', '\\/approve'],
  ['pass rate 0.9 of support-reply costs 5%', 'pass rate 0.9 of support-reply costs 5%'],
  ['@me #12 GH-12 www.a.b https://a.b', '@\u200bme \\#\u200b12 GH-\u200b12 www\u200b.a.b https:\u200b//a.b'],
])('escapeMarkdown: %s', (text, expected) => {
  expect(escapeMarkdown(text)).toBe(expected);
  const html = marked.parseInline(escapeMarkdown(text), { async: false });
  expect(html.replaceAll('\u200b', '')).toBe(
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
  );
});

test('escapeHtml', () => {
  expect(escapeHtml('<i title="x">@me')).toBe('&lt;i title=&quot;x&quot;&gt;@\u200bme');
});

test.each([
  ['plain', '`plain`'],
  ['a`b``c', '```a`b``c```'],
  ['`a', '`` `a ``'],
  ['a|b', '`a¦b`'],
  ['two\nlines', '`two lines`'],
  [' ', '(empty)'],
])('codeSpan: %j', (text, expected) => {
  expect(codeSpan(text)).toBe(expected);
});

test('codeBlock has a fence longer than any inside, and no line that a bot reads as its command', () => {
  expect(codeBlock('```\n</details>\n````\n/approve\n::error::x')).toBe(
    '`````text\n```\n</details>\n````\n /approve\n: :error::x\n`````',
  );
});

test('lays fields out in lines that need no scrolling, and says where one is cut', () => {
  const lines = fieldBlock([
    { label: 'ticket', text: '' },
    { label: 'output', text: `{\n  "a": 1\n}\n${'word '.repeat(40)}` },
    { label: '✗ contains', text: 'x'.repeat(5_000_000) },
  ]).split('\n');
  expect(lines.slice(0, 6)).toEqual([
    '```text',
    'ticket      (empty)',
    'output      {',
    '              "a": 1',
    '            }',
    `            ${'word '.repeat(17).trim()}`,
  ]);
  expect(Math.max(...lines.map((line) => line.length))).toBe(96);
  expect(lines.at(-2)).toMatch(/x…$/);
});
