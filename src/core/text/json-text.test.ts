import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJsonText } from './json-text.js';
import { jsonText } from './json-value.js';

describe('parseJsonText', () => {
  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) => {
        fc.pre(!text.includes('__proto__'));
        expect(parseJsonText(text)).toEqual({ data: JSON.parse(text), fault: null });
      }),
    );
  });

  it('reads what JavaScript has written, however it was written', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 5 })),
        fc.constantFrom(0, 1, 2),
        (data, indent) => {
          const text = JSON.stringify(data, null, indent);
          fc.pre(!text.includes('__proto__'));
          expect(parseJsonText(text)).toEqual({ data: JSON.parse(text), fault: null });
        },
      ),
    );
  });

  it.each([
    ['{"a":1,"a":1}', 7, 'duplicate key a'],
    ['{"b":{"a":1,"a":2}}', 12, 'duplicate key a'],
    ['{"b":{"__proto__":{}}}', 6, 'the key __proto__ is not allowed'],
    ['{\n  "a": 1,\n  "a": 1\n}', 14, 'duplicate key a'],
    ['{"a": 1, "a": 2}', 9, 'duplicate key a'],
    ['[{"a": {"b": 1, "\\u0062": 2}}]', 16, 'duplicate key b'],
    ['{"a,b": "a,{b", "a": "a", "a,b": 1}', 26, 'duplicate key a,b'],
    ['{"__proto__": {}}', 1, 'the key __proto__ is not allowed'],
    ['"a\nb"', 2, 'bad control character in string literal'],
    ['"a\\x"', 2, 'bad escaped character'],
    ['[01]', 2, "unexpected token '1'"],
    ['[1.]', 2, "unexpected token '.'"],
    ['[1,]', 3, "unexpected token ']'"],
    ['{"a": 1,}', 8, 'expected double-quoted property name'],
    ['"a', 2, 'it ends too early'],
    ['{"a": 1', 7, 'it ends too early'],
    ['', 0, 'it ends too early'],
    ['{a}', 1, "expected property name or '}'"],
    ['{"a": 1 "b"}', 8, "expected ',' or '}' after property value"],
    ['{"a": tru}', 9, "unexpected token '}'"],
    ['{"a": -}', 7, 'no number after minus sign'],
    ['[1, 2', 5, 'it ends too early'],
    ['{"a": 1} x', 9, 'unexpected non-whitespace character after JSON'],
    ['{"a": NaN}', 6, "unexpected token 'N'"],
  ])('%s', (text, offset, message) => {
    expect(parseJsonText(text)).toEqual({ fault: { offset, message } });
  });

  it('goes no deeper than anybody can walk', () => {
    const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
    expect(parseJsonText(nested(100)).fault).toBeNull();
    expect(parseJsonText(`{"a":${nested(99)}}`).fault).toBeNull();
    expect(parseJsonText(`{"a":${nested(100)}}`)).toEqual({
      fault: { offset: 104, message: 'it is nested more than 100 deep', tooDeep: true },
    });
    expect(parseJsonText(`{"a":${nested(100_000)}}`).fault?.tooDeep).toBe(true);
    expect(parseJsonText(nested(100_000))).toEqual({
      fault: { offset: 100, message: 'it is nested more than 100 deep', tooDeep: true },
    });
  });

  it('refuses what JSON.parse refuses', () => {
    fc.assert(
      fc.property(
        fc.json({ maxDepth: 4 }),
        fc.nat(),
        fc.constantFrom('', '"', ',', '0', '}', ']', '-', 'e', '\\', '.'),
        (json, at, sign) => {
          fc.pre(!json.includes('__proto__'));
          const place = at % (json.length + 1);
          const text = `${json.slice(0, place)}${sign}${json.slice(place + 1)}`;
          const accepted = (() => {
            try {
              JSON.parse(text);
              return true;
            } catch {
              return false;
            }
          })();
          const { fault } = parseJsonText(text);
          if (fault?.message.startsWith('duplicate key')) return;
          expect(fault === null).toBe(accepted);
        },
      ),
    );
  });

  it('keeps numbers as they were written', () => {
    const of = (text: string) => jsonText(parseJsonText(text, { keep: 'texts' }));
    for (const number of ['3.10', '1e3', '12345678901234567890', '-0', '0.1', '1e+21'])
      expect(of(`{"a":${number},"b":1}`)).toBe(`{"data":{"a":${number},"b":1},"fault":null}`);
  });

  it('allows equal keys in different objects, and equal values', () => {
    expect(parseJsonText('{"a": {"a": "a"}, "b": [{"a": 1}, {"a": 2}], "c": ["x", "x"]}').fault).toBeNull();
  });
});
