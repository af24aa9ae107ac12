import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addBleuStatistics, bleuFromStatistics, bleuStatistics, scoreSentenceBleu, signBleu } from './bleu.js';
import { addChrfStatistics, chrfFromStatistics, chrfStatistics, signChrf } from './chrf.js';
import { signLiteralMatch } from './literal-match.js';
import { signRouge } from './rouge.js';
import { addTerStatistics } from './ter.js';

const words = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 12 });
const pair = fc.tuple(words, words).map(([left, right]) => [left.join(' '), right.join(' ')] as const);

describe('the score of a corpus', () => {
  it('does not depend on how its samples are grouped', () => {
    fc.assert(
      fc.property(fc.array(pair, { minLength: 2, maxLength: 8 }), fc.nat(), (pairs, seed) => {
        const cut = 1 + (seed % (pairs.length - 1));
        const bleu = pairs.map(([left, right]) => bleuStatistics(left, [right])).filter((part) => part !== null);
        const halves = [addBleuStatistics(bleu.slice(0, cut)), addBleuStatistics(bleu.slice(cut))];
        expect(addBleuStatistics(halves.filter((part) => part !== null))).toEqual(addBleuStatistics(bleu));
        const chrf = pairs.map(([left, right]) => chrfStatistics(left, [right])).filter((part) => part !== null);
        const parts = [addChrfStatistics(chrf.slice(0, cut)), addChrfStatistics(chrf.slice(cut))];
        expect(addChrfStatistics(parts.filter((part) => part !== null))).toEqual(addChrfStatistics(chrf));
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

  it('is null without samples', () => {
    expect([addBleuStatistics([]), addChrfStatistics([]), addTerStatistics([])]).toEqual([null, null, null]);
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
    expect(signLiteralMatch({ ignoreCase: true, ignorePatterns: [/a/] }, 1)).toBe(
      'nrefs:1|case:lc|punct:yes|numbers:yes|patterns:1|version:llmci-1',
    );
  });
});
