import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Literal } from '../../model/json.js';
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

const written = (value: number | boolean | null, text: string) => new Literal(value, text);

it.each([
  ['{{ v }}', '3.10'],
  ['{{ v | append: "-beta" }}', '3.10-beta'],
  ['{{ "v" | append: v }}', 'v3.10'],
  ['{{ list | join: ", " }}', '3.10, 01'],
  ['{% for i in list %}{{ i }};{% endfor %}', '3.10;01;'],
  ['{{ nested }}', '{"v":3.10,"id":9007199254740993}'],
  ['{{ nested.id }} {{ nested | json }}', '9007199254740993 {"v":3.10,"id":9007199254740993}'],
  ['{{ v | plus: 1 }} {{ v | times: 10 }}', '4.1 31'],
  ['{% if v == 3.1 %}=={% endif %}{% if v > 3 and 4 > v %}>{% endif %}{% if v == "3.10" %}text{% endif %}', '==>'],
  ['{{ no }}{% if no %}true{% else %}false{% endif %}{% if yes %} {{ yes }}{% endif %}', 'Falsefalse TRUE'],
  ['{{ list | sort | first }} {{ nothing | default: "none" }}{% if nothing %}!{% endif %}', '01 none'],
])('%s prints what was written, and compares what it is', (template, text) => {
  const vars = {
    v: written(3.1, '3.10'),
    list: [written(3.1, '3.10'), written(1, '01')],
    nested: { v: written(3.1, '3.10'), id: written(9007199254740992, '9007199254740993') },
    no: written(false, 'False'),
    yes: written(true, 'TRUE'),
    nothing: written(null, '~'),
  };
  expect(compileTemplate(template)(vars)).toBe(text);
});

it.each([[null], [written(null, '~')]])('what is null is not sent as nothing', (value) => {
  const error = failure('Answer:\n{{ question }}', { question: value });
  expect(error).toMatchObject({ line: 2, column: 1 });
  expect(error.message).toMatch(/^question is null, .* \{\{ question \| default: "" \}\}$/);
  expect(compileTemplate('{{ question | default: "" }}{% if question %}?{% endif %}')({ question: value })).toBe('');
});

it('texts and variables alone are put together as Liquid does it', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '{{ a }}',
      '{{b}}',
      '{{ c_1 }}',
      '{{ true }}',
      '{{ nil }}',
      '{{ not }}',
      '{{ a-b }}',
      '{{ a.b }}',
      '{{- a }}',
    ),
    fc.constantFrom(
      '{',
      '}',
      '{{',
      '}}',
      '{%',
      '\n',
      '{{ a | upcase }}',
      '{% raw %}{{ a }}{% endraw %}',
      '{{ toString }}',
    ),
    fc.string(),
  );
  const value = fc.oneof(fc.string(), fc.constantFrom(7, null, true, undefined, ['a'], new Literal(3.1, '3.10')));
  const vars = fc.dictionary(fc.constantFrom('a', 'b', 'c_1', 'true', 'not'), value);
  const outcome = (text: string, given: Readonly<Record<string, unknown>>) => {
    try {
      return compileTemplate(text)(given);
    } catch (error) {
      if (error instanceof TemplateError) return error.message;
      throw error;
    }
  };
  const parses = (text: string) => {
    try {
      return compileTemplate(text) !== null;
    } catch {
      return false;
    }
  };
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 5 }), vars, (pieces, given) => {
      const text = `${pieces.join('')} `;
      fc.pre(parses(text));
      // Liquid itself prints what stands in quotes
      expect(outcome(text, given)).toBe(outcome(`${text}{{ "" }}`, given));
    }),
    { numRuns: 500 },
  );
});

const DATES = [
  ['2026-03-01T00:30:00Z', '2026-03-01 00:30'],
  ['2026-03-01T00:30:00.250z', '2026-03-01 00:30'],
  ['2026-03-01T00:30+02:00', '2026-02-28 22:30'],
  ['2026-03-01 00:30 -0500', '2026-03-01 05:30'],
  ['Sun, 01 Mar 2026 00:30:00 GMT+0200 (Eastern European Time)', '2026-02-28 22:30'],
  ['Mar 1 2026 00:30 EST', '2026-03-01 05:30'],
  ['2026-03-01T00:30', '2026-03-01 00:30'],
  ['2026-03-01 00:30:15', '2026-03-01 00:30'],
  ['2026-03-01', '2026-03-01 00:00'],
  ['2026/03/01', '2026-03-01 00:00'],
  ['12-01-2026', '2026-12-01 00:00'],
  ['March 1, 2026 12:30 PM', '2026-03-01 12:30'],
  ['Jan 1', '2001-01-01 00:00'],
  ['1772325000', '2026-03-01 00:30'],
  ['no date', 'no date'],
];

it('renders a date alike on every machine', () => {
  const zone = process.env['TZ'];
  process.env['TZ'] = 'America/New_York';
  try {
    const write = compileTemplate('{{ at | date: "%Y-%m-%d %H:%M" }}');
    for (const [at, written] of DATES) expect([at, write({ at })]).toEqual([at, written]);
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

describe('the clock', () => {
  const filters = ['date', 'date_to_xmlschema', 'date_to_rfc822', 'date_to_string', 'date_to_long_string'];

  it.each(filters.flatMap((filter) => ['now', 'today'].map((word) => [filter, word] as const)))(
    'is not for %s of %s, in the template or in a variable',
    (filter, word) => {
      for (const template of [`{{ "${word}" | ${filter} }}`, `{{ when | ${filter} }}`])
        expect(() => compileTemplate(template)({ when: word })).toThrow(`${filter} of "${word}" differs in every run`);
    },
  );

  it.each(filters)('leaves a date that is given to %s', (filter) => {
    expect(compileTemplate(`{{ when | ${filter} }}`)({ when: '2026-03-01' })).toContain('2026');
  });
});
