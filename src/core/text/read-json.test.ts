import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseJsonText } from './json-text.js';
import { equalJson, jsonText } from './json-value.js';
import { readJson } from './read-json.js';

const number = fc.oneof(
  fc.double({ noDefaultInfinity: true, noNaN: true }).map(String),
  fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }).map(String),
  fc.tuple(fc.integer(), fc.nat()).map(([whole, part]) => `${whole}.${part}0`),
  fc
    .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: -400, max: 400 }))
    .map(([digit, power]) => `${digit}e${power}`),
  fc.tuple(fc.nat(20), fc.integer({ min: 1, max: 999 })).map(([zeros, digits]) => `0.${'0'.repeat(zeros)}${digits}`),
  fc.constant('-0'),
);

it('reads every number as it was written, alone and among others', () => {
  fc.assert(
    fc.property(number, fc.boolean(), (text, alone) => {
      const written = alone ? text : `{"a":${text},"b":[1,${text}]}`;
      const strict = parseJsonText(written, { keep: 'texts' });
      if (strict.fault) throw new Error(strict.fault.message);
      expect(equalJson(readJson(written), strict.data)).toBe(true);
      expect(jsonText(readJson(written))).toBe(jsonText(strict.data));
    }),
  );
});

it('throws a SyntaxError for what is no JSON', () => {
  expect(() => readJson('{"a":')).toThrow(SyntaxError);
  expect(() => readJson('{"a":9007199254740993')).toThrow(SyntaxError);
});
