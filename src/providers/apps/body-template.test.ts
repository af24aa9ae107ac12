import { describe, expect, it } from 'vitest';
import { type Json, Literal } from '../../model/json.js';
import { compileBody, findBrokenTemplates } from './body-template.js';
import { findValues, jsonPathSchema } from './json-path.js';

describe('compileBody', () => {
  it('renders every string at any depth and leaves the rest and the keys alone', () => {
    const render = compileBody({ '{{ key }}': ['{{ a }}', { deep: 'x{{ b }}' }, 1, true, null] });
    expect(render({ a: 'hi "there"', b: 2 })).toEqual({ '{{ key }}': ['hi "there"', { deep: 'x2' }, 1, true, null] });
  });

  it('puts a value in as what it is where the template is one variable alone', () => {
    const vars = {
      n: 3,
      list: [1, { a: 2 }],
      yes: true,
      text: '3',
      zip: new Literal(1234, '01234'),
      x: { 'y-z': [7] },
    };
    const render = (text: string) => compileBody(text)(vars);
    expect(
      ['{{ n }}', '{{- n -}}', '{{ list }}', '{{ list[1].a }}', '{{ yes }}', '{{ x.y-z[0] }}'].map(render),
    ).toEqual([3, 3, [1, { a: 2 }], 2, true, 7]);
    const big = new Literal(9007199254740992, '9007199254740993');
    expect(compileBody('{{ id }}')({ id: big })).toBe(big);
  });

  it('makes a text of anything more, and keeps a text one', () => {
    const vars = { n: 3, list: [1, 2], text: '3', zip: new Literal(1234, '01234') };
    const render = (text: string) => compileBody(text)(vars);
    expect(
      ['{{ text }}', ' {{ n }}', '{{ n }}{{ n }}', '{{ list | json }}', '{{ list.size }}', '{{ zip }}'].map(render),
    ).toEqual(['3', ' 3', '33', '[1,2]', '2', '01234']);
  });

  it('throws for a variable that is null, or inherited', () => {
    expect(() => compileBody('{{ a }}')({ a: null })).toThrow('a is null');
    expect(() => compileBody('{{ a.constructor }}')({ a: {} })).toThrow('constructor');
  });

  it('throws for a variable that is not there', () => {
    expect(() => compileBody({ a: '{{ missing }}' })({})).toThrow('missing');
  });
});

it('findBrokenTemplates says where each one is', () => {
  const broken = findBrokenTemplates({ ok: '{{ a }}', list: ['{{ a', { deep: '{% if %}' }], n: 1 });
  expect(broken.map(({ path }) => path)).toEqual([
    ['list', 0],
    ['list', 1, 'deep'],
  ]);
});

describe('a JSONPath', () => {
  it('finds every value, and nothing where nothing is', () => {
    const value = { choices: [{ text: 'a' }, { text: 'b' }] };
    expect(findValues('$.choices[*].text', value)).toEqual(['a', 'b']);
    expect(findValues('$.choices[0].text', value)).toEqual(['a']);
    expect(findValues('$.nothing.here', value)).toEqual([]);
    expect(findValues('$.a', null)).toEqual([]);
  });

  it('goes as deep as an answer may be, finds numbers as they came, and no more than can be counted', () => {
    const deep = Array.from({ length: 100 }).reduce<Json>((inner) => ({ a: inner }), { text: 'here' });
    expect(findValues('$..text', deep)).toEqual(['here']);
    const id = new Literal(9007199254740992, '9007199254740993');
    expect(findValues('$.order', { order: { id } })).toEqual([{ id }]);
    expect(findValues('$..text', { id })).toEqual([]);
    const wide = Array.from({ length: 40 }, () => Array.from({ length: 40 }, () => [1, 2, 3]));
    expect(findValues('$..*..*..*', wide)).toHaveLength(1000);
  });

  it('is checked when it is read', () => {
    expect(jsonPathSchema.safeParse('$.a.b').success).toBe(true);
    for (const path of ['a.b', '$.[', '', '$..']) {
      expect(jsonPathSchema.safeParse(path).error?.issues[0]?.message).toMatch(
        /^not a JSONPath \(.*\$\.answer\.text$/s,
      );
    }
  });
});
