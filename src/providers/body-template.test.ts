import { describe, expect, it } from 'vitest';
import { type Json, Literal } from '../model/json.js';
import { compileBody, findBrokenTemplates } from './body-template.js';
import { findValues, jsonPathSchema } from './json-path.js';

describe('compileBody', () => {
  it('renders every string at any depth and leaves the rest and the keys alone', () => {
    const render = compileBody({ '{{ key }}': ['{{ a }}', { deep: 'x{{ b }}' }, 1, true, null] });
    expect(render({ a: 'hi "there"', b: 2 })).toEqual({ '{{ key }}': ['hi "there"', { deep: 'x2' }, 1, true, null] });
  });

  it('keeps a string a string', () => {
    expect(compileBody('{{ n }}')({ n: 3 })).toBe('3');
    expect(compileBody('{{ list }}')({ list: [1, 2] })).toBe('[1,2]');
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
