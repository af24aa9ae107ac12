import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BLEU_SMOOTHINGS, scoreSentenceBleu } from './bleu.js';
import { scoreChrf } from './chrf.js';
import { scoreJsonSimilarity } from './json-similarity.js';
import { scoreLevenshtein } from './levenshtein.js';
import { scoreRouge } from './rouge.js';
import { scoreExactMatch, scoreF1 } from './squad.js';
import { scoreTer } from './ter.js';
import { BLEU_TOKENIZERS } from './tokenize.js';

type Score = (prediction: string, references: readonly string[]) => number | null | undefined;

/** Every text metric with the options that take other paths. */
const METRICS: Readonly<Record<string, Score>> = {
  ...Object.fromEntries(
    (['rouge1', 'rouge2', 'rouge9', 'rougeL', 'rougeLsum'] as const).flatMap((variant) =>
      [false, true].map((stem): [string, Score] => [
        `${variant}, stem ${stem}`,
        (prediction, references) => scoreRouge(prediction, references, variant, { stem })?.fmeasure,
      ]),
    ),
  ),
  ...Object.fromEntries(
    BLEU_TOKENIZERS.map((tokenize): [string, Score] => [
      `bleu ${tokenize}`,
      (prediction, references) => scoreSentenceBleu(prediction, references, { tokenize, lowercase: true })?.score,
    ]),
  ),
  ...Object.fromEntries(
    BLEU_SMOOTHINGS.map((smooth): [string, Score] => [
      `bleu ${smooth}`,
      (prediction, references) => scoreSentenceBleu(prediction, references, { smooth, effectiveOrder: false })?.score,
    ]),
  ),
  chrf: (prediction, references) => scoreChrf(prediction, references),
  'chrf++': (prediction, references) => scoreChrf(prediction, references, { wordOrder: 2, whitespace: true }),
  'chrf, epsilon': (prediction, references) => scoreChrf(prediction, references, { epsilonSmoothing: true, beta: 0 }),
  f1: scoreF1,
  'exact-match': scoreExactMatch,
  levenshtein: scoreLevenshtein,
  'json-similarity': scoreJsonSimilarity,
};

const TER: Readonly<Record<string, Score>> = {
  ter: (prediction, references) => scoreTer(prediction, references),
  'ter, normalized': (prediction, references) =>
    scoreTer(prediction, references, { normalized: true, noPunctuation: true, asianSupport: true }),
};

const HOSTILE = [
  '',
  ' \n\t\u0085\ufeff',
  '\0\0 \0',
  '\ud800 \udc00\ud83d',
  '😀😀 👩‍👩‍👧',
  '他今天去了学校。カタカナ',
  'مرحبا بالعالم \u202eabc',
  '.,.,-3.5,',
  '&quot;&amp;lt;<skipped>-\n',
  "the a an 's don't",
  '__proto__ constructor',
  'yyyyy eed ing',
];

/** Any UTF-16, with blanks and repetition often enough for words to meet. */
const anyText = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.array(fc.constantFrom(...HOSTILE, 'a', 'b', 'c', '\n'), { maxLength: 20 }).map((parts) => parts.join(' ')),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 }).map((units) => String.fromCharCode(...units)),
);
const references = fc.array(anyText, { minLength: 1, maxLength: 3 });

describe.each(Object.entries({ ...METRICS, ...TER }))('%s', (name, score) => {
  it('gives a number in range for any text', () => {
    const most = name in TER ? Number.MAX_SAFE_INTEGER : 1;
    fc.assert(
      fc.property(anyText, references, (prediction, expected) => {
        const value = score(prediction, expected);
        expect(Number.isFinite(value)).toBe(true);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(most);
      }),
    );
  });

  it('is null without a reference', () => {
    expect(score('text', []) ?? null).toBeNull();
  });

  it('stands long texts without words, and of nothing but one', { timeout: 60_000 }, () => {
    const value = score(`${' '.repeat(2 ** 18)}x`, ['y'.repeat(2 ** 18), '.,'.repeat(2 ** 16)]);
    expect(value === null || Number.isFinite(value)).toBe(true);
  });
});

describe('a text against itself', () => {
  const words = fc.array(fc.constantFrom('the', 'cat', 'sat', 'on', 'mat', 'running'), { minLength: 4, maxLength: 30 });

  it.each(Object.entries(METRICS).filter(([name]) => !['rouge9', 'epsilon'].some((part) => name.includes(part))))(
    'is 1 for %s',
    (_, score) => {
      fc.assert(
        fc.property(words, (parts) => {
          expect(score(parts.join(' '), ['something else', parts.join(' ')])).toBeCloseTo(1, 12);
        }),
      );
    },
  );

  it.each(Object.entries(TER))('is 0 for %s', (_, score) => {
    fc.assert(
      fc.property(words, (parts) => {
        expect(score(parts.join(' '), [parts.join(' ')])).toBe(0);
      }),
    );
  });
});
