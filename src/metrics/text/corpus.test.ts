import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bleuFromStatistics,
  bleuStatistics,
  packBleuStatistics,
  scoreSentenceBleu,
  signBleu,
  unpackBleuStatistics,
} from './bleu.js';
import { chrfFromStatistics, chrfStatistics, packChrfStatistics, signChrf, unpackChrfStatistics } from './chrf.js';
import { signRouge } from './rouge.js';
import { packTerStatistics, terStatistics, unpackTerStatistics } from './ter.js';

const words = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 12 });
const pair = fc.tuple(words, words).map(([left, right]) => [left.join(' '), right.join(' ')] as const);

describe('the score of a corpus', () => {
  it('has counts that come out of their list as they went in', () => {
    fc.assert(
      fc.property(pair, ([left, right]) => {
        const bleu = bleuStatistics(left, [right]);
        expect(bleu && unpackBleuStatistics(packBleuStatistics(bleu))).toEqual(bleu);
        const chrf = chrfStatistics(left, [right], { wordOrder: 2 });
        expect(chrf && unpackChrfStatistics(packChrfStatistics(chrf))).toEqual(chrf);
        const ter = terStatistics(left, [right]);
        expect(ter && unpackTerStatistics(packTerStatistics(ter))).toEqual(ter);
      }),
    );
  });

  it('of one sample is that of the sample', () => {
    fc.assert(
      fc.property(pair, ([left, right]) => {
        const statistics = bleuStatistics(left, [right]);
        expect(statistics && bleuFromStatistics(statistics, { effectiveOrder: true })).toEqual(
          scoreSentenceBleu(left, [right]),
        );
      }),
    );
  });
});

describe('chrF', () => {
  it('counts characters by code point, blanks only when asked', () => {
    expect(chrfStatistics('😀 a', ['😀a'], { charOrder: 1 })).toEqual([{ hypothesis: 2, reference: 2, matches: 2 }]);
    expect(chrfStatistics('😀 a', ['😀a'], { charOrder: 1, whitespace: true })).toEqual([
      { hypothesis: 3, reference: 2, matches: 2 },
    ]);
  });

  it('takes the best of several references', () => {
    const statistics = chrfStatistics('abc', ['xyz', 'abd', 'abc'], { charOrder: 2 });
    expect(statistics && chrfFromStatistics(statistics)).toBe(1);
  });
});

describe('signatures', () => {
  it('name what decides the number, as sacrebleu prints it', () => {
    expect(signBleu({ effectiveOrder: true }, 1)).toBe('nrefs:1|case:mixed|eff:yes|tok:13a|smooth:exp|version:llmci-1');
    expect(signBleu({ smooth: 'floor', tokenize: 'intl', lowercase: true, maxOrder: 2 }, 'var')).toBe(
      'nrefs:var|case:lc|eff:no|tok:intl|smooth:floor[0.10]|order:2|version:llmci-1',
    );
    expect(signChrf({ wordOrder: 2 }, 2)).toBe('nrefs:2|case:mixed|eff:yes|nc:6|nw:2|space:no|version:llmci-1');
    expect(signRouge('rougeL', { stem: true }, 3)).toBe('nrefs:3|variant:rougeL|stem:yes|tok:rouge|version:llmci-1');
  });
});
