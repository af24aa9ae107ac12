import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Literal } from '../../model/json.js';
import { canonicalJson, digest } from './canonical.js';
import { parseJsonText } from './json-text.js';
import { equalJson, exactValues, jsonText, nearestValues, writtenText } from './json-value.js';

/** As datasets are read. */
function read(text: string) {
  const parsed = parseJsonText(text, { keep: 'texts' });
  if (parsed.fault) throw new Error(parsed.fault.message);
  return parsed.data;
}

describe('numbers are what was written', () => {
  it.each([
    ['9007199254740993', '9007199254740992'],
    ['-9007199254740993', '-9007199254740992'],
    ['12345678901234567890', '12345678901234567891'],
    ['0.1000000000000000055511151231257827', '0.1'],
    ['1e400', '1e401'],
    ['1e-400', '0'],
    ['[9007199254740993]', '[9007199254740992]'],
    ['{"id": 9007199254740993}', '{"id": 9007199254740992}'],
    ['1', '"1"'],
    ['3.10', '"3.10"'],
    ['0', 'false'],
    ['0', 'null'],
  ])('%s is not %s', (left, right) => {
    expect(equalJson(read(left), read(right))).toBe(false);
    expect(canonicalJson(read(left))).not.toBe(canonicalJson(read(right)));
  });

  it.each([
    ['1', '1.0'],
    ['1', '1e0'],
    ['0', '-0'],
    ['3.10', '3.1'],
    ['1000', '1E+3'],
    ['9007199254740993', '9007199254740993.0'],
    ['9007199254740993', '9.007199254740993e15'],
    ['1e400', '10e399'],
    ['{"a": 1.0, "b": 2}', '{"b": 2.0, "a": 1}'],
  ])('%s is %s', (left, right) => {
    expect(equalJson(read(left), read(right))).toBe(true);
    expect(canonicalJson(read(left))).toBe(canonicalJson(read(right)));
  });

  it('no number takes longer than its length', () => {
    const zeros = '0'.repeat(200_000);
    expect(equalJson(read(`1${zeros}1`), read(`1${zeros}2`))).toBe(false);
    expect(equalJson(read(`1e${'9'.repeat(200_000)}`), read('1'))).toBe(false);
  });

  it('writes back what it has read, and what it writes again is read as the same', () => {
    const text = '{"id":9007199254740993,"price":3.10,"list":[1e3,-0,true,null,"3.10"]}';
    expect(jsonText(read(text))).toBe(text);
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), (any) => {
        fc.pre(!any.includes('__proto__'));
        expect(equalJson(read(jsonText(read(any))), read(any))).toBe(true);
      }),
    );
  });

  it('is an ordinary number wherever JavaScript would write it so', () => {
    expect(read('[1, 0.5, 1e+21, 123456789012345680000]')).toEqual([1, 0.5, 1e21, 123456789012345680000]);
    expect(parseJsonText('[3.10, 1e3, 9007199254740993]')).toEqual({
      data: [3.1, 1000, new Literal(9007199254740992, '9007199254740993')],
      fault: null,
    });
  });

  it('keys of values that were right already stay as they are', () => {
    expect(digest(read('{"a": 3.10, "b": [1e3, 1.0]}'))).toBe(digest({ a: 3.1, b: [1000, 1] }));
  });
});

describe('for those who know doubles only', () => {
  it('nearestValues has numbers, exactValues too where they say it all', () => {
    const value = read('{"id": 9007199254740993, "price": 3.10}');
    expect(nearestValues(value)).toEqual({ id: 9007199254740992, price: 3.1 });
    expect(exactValues(value)).toEqual({ id: new Literal(9007199254740992, '9007199254740993'), price: 3.1 });
  });
});

describe('writtenText', () => {
  it.each([
    [new Literal(3.1, '3.10'), '3.10'],
    [new Literal(31, '0x1F'), '0x1F'],
    [new Literal(true, 'True'), 'True'],
    ['a text', 'a text'],
    [{ a: [new Literal(3.1, '3.10'), new Literal(31, '0x1F'), new Literal(null, '~')] }, '{"a":[3.10,31,null]}'],
  ])('%j', (value, text) => {
    expect(writtenText(value)).toBe(text);
  });
});
