import { expect, it } from 'vitest';
import { compileTemplate, TemplateError } from './template.js';

const failure = (text: string, vars: Record<string, unknown> = {}): TemplateError => {
  try {
    compileTemplate(text)(vars);
  } catch (error) {
    if (error instanceof TemplateError) return error;
    throw error;
  }
  throw new Error('it rendered');
};

it.each([
  ['{{ name }}', { name: 'Ann & <b>' }, 'Ann & <b>'],
  ['{{ order.items[0].sku }}', { order: { items: [{ sku: 'A1' }] } }, 'A1'],
  ['{{ order }}', { order: { id: 7 } }, '{"id":7}'],
  ['{% if vip %}VIP{% endif %}{{ note | default: "none" }}', {}, 'none'],
  ['{% for i in items %}{{ i }};{% endfor %}', { items: ['a', 'b'] }, 'a;b;'],
])('%s renders', (template, vars, text) => {
  expect(compileTemplate(template)(vars)).toBe(text);
});

it('renders a date alike on every machine', () => {
  const zone = process.env['TZ'];
  process.env['TZ'] = 'America/New_York';
  try {
    expect(compileTemplate('{{ at | date: "%A %H:%M" }}')({ at: '2026-03-01T00:30:00Z' })).toBe('Sunday 00:30');
  } finally {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  }
});

it('names an undefined variable and where it stands', () => {
  expect(failure('Hello\n  {{ nme }}')).toMatchObject({ variable: 'nme', line: 2, column: 6 });
});

it.each([
  ['an unknown filter', '{{ x | upcas }}'],
  ['an unclosed tag', '{% if x'],
  ['a tag that reads a file', '{% render "./package.json" %}'],
  ['a filter that is different every time', '{{ x | sample }}'],
  ['the time of the run', '{{ "now" | date: "%Y" }}'],
  ['a loop without end', '{% for i in (1..1000000000) %}x{% endfor %}'],
])('%s is an error', (_, template) => {
  expect(failure(template, { x: ['a'] })).toBeInstanceOf(TemplateError);
});

it('does not reach what JavaScript objects inherit', () => {
  expect(failure('{{ x.constructor.name }}', { x: {} }).variable).toContain('constructor');
});
