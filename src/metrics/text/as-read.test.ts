import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scoreOf } from '../../../test/helpers/score.js';
import { metricEntrySchema } from '../access.js';
import { contains } from '../contains.js';
import type { AnyMetric } from '../contract.js';
import { equals } from '../equals.js';
import { levenshtein } from '../levenshtein.js';
import { oneOf } from '../one-of.js';
import { pii } from '../pii.js';
import { secrets } from '../secrets.js';
import { similarity } from '../similarity.js';
import { startsWith } from '../starts-with.js';
import { asRead, foldCase } from './as-read.js';

const ALIKE: readonly (readonly [what: string, one: string, other: string])[] = [
  ['letters in one and in two parts', 'Zo\u00eb', 'Zoe\u0308'],
  ['Korean in one and in parts', '\ud55c\uae00', '\u1112\u1161\u11ab\u1100\u1173\u11af'],
  ['a no-break space', '30 days', '30\u00a0days'],
  ['a narrow no-break space', '30 days', '30\u202fdays'],
  ['a thin space', '30 days', '30\u2009days'],
  ['an ideographic space', '30 days', '30\u3000days'],
  ['an apostrophe', "it's", 'it\u2019s'],
  ['quotation marks', 'say "yes"', 'say \u201cyes\u201d'],
  ['German quotation marks', 'say "yes"', 'say \u201eyes\u201c'],
  ['French quotation marks', 'say "yes"', 'say \u00abyes\u00bb'],
  ['an en dash', '5-7', '5\u20137'],
  ['an em dash', 'a - b', 'a \u2014 b'],
  ['a hyphen that does not break', 'e-mail', 'e\u2011mail'],
  ['a minus', '-5', '\u22125'],
  ['a maqaf', 'a-b', 'a\u05beb'],
  ['the hyphen of a list', '- a', '\u2043 a'],
  ['quotes of Japanese', '"a"', '\u301da\u301e'],
  ['a zero-width space', 'refund', 're\u200bfund'],
  ['a zero-width joiner', 'refund', 're\u200dfund'],
  ['a byte order mark', 'refund', '\ufeffrefund'],
  ['a soft hyphen', 'refund', 're\u00adfund'],
  ['marks of direction', 'refund', 're\u200efund'],
  ['dots in one character', 'wait...', 'wait\u2026'],
  ['a ligature', 'refine', 're\ufb01ne'],
  ['a ligature of Arabic', '\u0644\u0627', '\ufefb'],
  ['letters of Arabic by their place', '\u0645\u0631', '\ufee3\ufeae'],
  ['a ligature of Hebrew', '\u05d0\u05dc', '\ufb4f'],
  ['a ligature of Armenian', '\u0574\u0576', '\ufb13'],
  ['a vowel of Thai', '\u0e19\u0e4d\u0e32', '\u0e19\u0e33'],
  ['a geresh', "\u05e6'\u05e7", '\u05e6\u05f3\u05e7'],
  ['gershayim', '\u05d4"\u05d1', '\u05d4\u05f4\u05d1'],
  ['an okina', "o'zbek", 'o\u02bbzbek'],
  ['a digraph', 'IJ', '\u0132'],
  ['micro', '5 \u03bcg', '5 \u00b5g'],
  ['the slash of a fraction', '1/2', '1\u20442'],
  ['a wave dash', '5\uff5e7', '5\u301c7'],
  ['full width', 'ABC 123!', '\uff21\uff22\uff23\u3000\uff11\uff12\uff13\uff01'],
  ['half width', '\u30ac', '\uff76\uff9e'],
  ['line ends of Windows', 'a\nb', 'a\r\nb'],
  ['a line separator', 'a\nb', 'a\u2028b'],
];

describe.each(ALIKE)('texts that look the same: %s', (_, one, other) => {
  const metrics: readonly (readonly [AnyMetric, (text: string) => object, (text: string) => string | undefined])[] = [
    [equals, () => ({}), (text) => text],
    [contains, (value) => ({ value }), () => undefined],
    [contains, () => ({}), (text) => text],
    [startsWith, (value) => ({ value }), () => undefined],
    [oneOf, (text) => ({ values: [text, 'other'] }), () => undefined],
    [oneOf, (text) => ({ values: [text, 'other'] }), (text) => text],
    [similarity, () => ({}), (text) => text],
    [levenshtein, () => ({}), (text) => text],
  ];

  it.each(metrics)('$type', async (metric, params, expected) => {
    for (const [written, output] of [
      [one, other],
      [other, one],
    ] as const) {
      const given = { expected: expected(written), output };
      expect((await scoreOf(metric, { params: params(written), ...given })).value).toBe(1);
      // White space at both ends and within pairs of letters is nothing to some, exact or not
      const isBlankToIt =
        (metric === similarity && one.replace(/\s/g, '') === other.replace(/\s/g, '')) ||
        (metric !== levenshtein && written.trim() === output.trim());
      const exact = await scoreOf(metric, { params: { ...params(written), exact: true }, ...given });
      if (!isBlankToIt) expect(exact.value).toBeLessThan(1);
    }
  });
});

describe('texts that differ to who reads them', () => {
  it.each([
    ['m\u00b2', 'm2'],
    ['\u00bd', '1/2'],
    ['resume', 'r\u00e9sum\u00e9'],
    ['Stra\u00dfe', 'Strasse'],
    ['a  b', 'a b'],
    ['a\nb', 'a b'],
    ['\u0410', 'A'],
    ['\u2460', '1'],
    ['a_b', 'a-b'],
  ])('%j is not %j', (one, other) => {
    expect(asRead(one)).not.toBe(asRead(other));
  });
});

it('reads what it has read as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(asRead(asRead(text))).toBe(asRead(text));
    }),
  );
});

describe('upper and lower case', () => {
  it.each([
    ['STRASSE', 'straße'],
    ['STRAẞE', 'straße'],
    ['İSTANBUL', 'istanbul'],
    ['I\u0307zmir', 'izmir'],
    ['ISPARTA', '\u0131sparta'],
    ['ΟΔΟΣ', 'οδος'],
    ['ΟΔΟΣ', 'οδοσ'],
    ['K', '\u212a'],
    ['ÉTÉ', 'e\u0301te\u0301'],
  ])('%j is %j with ignoreCase', async (one, other) => {
    expect(foldCase(one.normalize('NFC'))).toBe(foldCase(other.normalize('NFC')));
    const params = { ignoreCase: true };
    expect((await scoreOf(equals, { params, expected: one, output: other })).value).toBe(1);
    expect((await scoreOf(contains, { params: { ...params, value: other }, output: `(${one})` })).value).toBe(1);
    expect((await scoreOf(startsWith, { params: { ...params, value: one }, output: `${other}!` })).value).toBe(1);
    expect((await scoreOf(oneOf, { params: { ...params, values: [one] }, output: other })).value).toBe(1);
  });
});

describe('a text of which nothing is seen', () => {
  it.each([
    [contains, { value: '\u200b' }],
    [contains, { any: ['a', '\u00ad'] }],
    [startsWith, { value: ' \u200b' }],
    [oneOf, { values: ['a', '\u2060'] }],
  ] as readonly (readonly [AnyMetric, object])[])('is refused', (metric, params) => {
    expect(metricEntrySchema(metric).safeParse({ metric: metric.type, ...params }).success).toBe(false);
  });

  it('is nothing to look for', async () => {
    for (const expected of ['\u200b', ' ', '\u00a0\u200b'])
      expect((await scoreOf(contains, { params: {}, expected, output: 'anything' })).value).toBeNull();
  });
});

describe('what must not be in an output is found however it is spelled', () => {
  it.each([
    [pii, 'SSN: 219\u201109\u20119999'],
    [pii, 'ann\uff20acme.org'],
    [pii, 'an\u200bn@acme.org'],
    [pii, 'Card 4111\u00a01111\u00a01111\u00a01111'],
    [secrets, 'AKIA\u200bIOSFODNN7EXAMPLE'],
    [secrets, 'glpat\u2011aB3dE6gH9jK2mN5pQ8sT'],
  ] as readonly (readonly [AnyMetric, string])[])('$type in %j', async (metric, output) => {
    expect((await scoreOf(metric, { params: {}, output })).value).toBe(1);
  });
});
