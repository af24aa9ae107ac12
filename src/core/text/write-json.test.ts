import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { complaintsAbout } from '../../../test/helpers/strict-readers.js';
import { Literal } from '../../model/json.js';
import { printableJson, wellFormedJson, writeJson } from './write-json.js';

it('printableJson writes the same value, and nothing that a terminal or a CI log acts on', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('##vso[a]', '##[b]', '\u202e', '\u009b31m', '\u2028'),
  );
  fc.assert(
    fc.property(fc.array(text), (value) => {
      const json = printableJson(value, 2);
      expect(JSON.parse(json)).toEqual(JSON.parse(writeJson(value)));
      expect(json).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2028]|##[\w-]*\[/);
    }),
  );
});

describe('writeJson', () => {
  it('mends halves of characters, in keys too, and leaves whole ones', () => {
    expect(JSON.parse(writeJson({ 'a\ud800': ['\udc00b', '\ud83d\ude00'] }))).toEqual({ 'a\ufffd': ['\ufffdb', '😀'] });
  });

  it('leaves a text that only looks like an escape', () => {
    const text = String.raw`\ud800 \\ud800`;
    expect(JSON.parse(writeJson(text))).toBe(text);
  });

  it('writes null for what is no number', () => {
    expect(writeJson([Number.NaN, Number.POSITIVE_INFINITY, undefined])).toBe('[null,null,null]');
    expect(writeJson(undefined)).toBe('null');
  });

  it('writes what it was given, whatever it is', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), text, (value, other) => {
        expect(JSON.parse(writeJson([value, other]))).toEqual(JSON.parse(JSON.stringify([value, other])));
      }),
    );
  });

  it('keeps the digits of a number, and is otherwise as JSON.stringify writes it, on one line and on many', () => {
    const big = '9007199254740993';
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2), (value, indent) => {
        const written = JSON.stringify([value, { big }, {}], null, indent).replace(`"${big}"`, big);
        expect(writeJson([value, { big: new Literal(Number(big), big) }, {}], indent)).toBe(written);
      }),
    );
  });

  it('never leaves a half, whatever stands before it', () => {
    const unit = fc.constantFrom('\\', 'u', 'd', '8', '0', '"', '\ud800', '\udfff', '\ud83d\ude00', 'n');
    fc.assert(
      fc.property(fc.array(unit), (units) => {
        const text = units.join('');
        expect(JSON.parse(writeJson(text))).toBe(text.toWellFormed());
        expect(JSON.parse(wellFormedJson(`{"${'x'}":${JSON.stringify(text)}}`))).toEqual({ x: text.toWellFormed() });
      }),
    );
  });

  it('is read by stricter readers', () => {
    expect(complaintsAbout([writeJson({ 'a\ud800': '\udc00' })])).toEqual([]);
  });
});
