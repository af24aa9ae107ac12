import { z } from 'zod';
import { formatValue } from '../core/text/format.js';
import { defineMetric } from './contract.js';
import { acceptedTexts } from './expected.js';
import { noScore } from './score-result.js';
import { chrfFromStatistics, chrfStatistics, packChrfStatistics, signChrf, unpackChrfStatistics } from './text/chrf.js';

/** How many runs of characters the output shares with the nearest accepted answer. */
export const chrf = defineMetric({
  type: 'chrf',
  describe:
    'How many runs of one to six characters the output and the nearest accepted answer share: the F-measure of precision and recall, in which recall weighs twice as much.',
  notes: `The measure of translation that needs no words (M. Popović, "chrF", WMT 2015, and "chrF++", WMT 2017), with the numbers of \`sacrebleu\` as fractions. Of several accepted answers the best counts. \`wordOrder: 2\` is chrF++.

Good for any language, also without spaces between words, and for short answers: a wrong ending costs only a little. It does not consider meaning. Unrelated texts of one language share runs of characters and score 0.1 to 0.3, so a low score says nothing. \`stat: corpus\` gates the value of all samples together, from the sums of their counts.`,
  params: {
    charOrder: z.int().min(1).max(20).default(6).describe('The longest run of characters.'),
    wordOrder: z.int().min(0).max(10).default(0).describe('The longest run of words; 0 compares characters only.'),
    beta: z.number().min(0).max(100).default(2).describe('How many times as much recall weighs as precision.'),
    lowercase: z.boolean().default(false).describe('Treat upper and lower case as equal.'),
  },
  unit: 'fraction',
  better: 'higher',
  needs: () => ['expected'],
  examples: [
    { describe: 'the same text', params: {}, expected: 'within 30 days', output: 'within 30 days', value: 1 },
    { describe: 'another ending', params: {}, expected: 'returning', output: 'returned', value: 0.5182100102741862 },
    { describe: 'white space does not count', params: {}, expected: '三十天内', output: '三十 天内', value: 1 },
    {
      describe: 'words too, as chrF++',
      params: { wordOrder: 2 },
      expected: 'the man bit the dog',
      output: 'the dog bit the man',
      value: 0.7650224775224775,
    },
    {
      describe: 'only recall',
      params: { charOrder: 1, beta: 100, lowercase: true },
      expected: 'ab',
      output: 'ABBA',
      value: 0.9999000199960008,
    },
    { describe: 'the nearest of several', params: {}, expected: ['no', 'yes'], output: 'yes', value: 1 },
    { describe: 'nothing in common', params: {}, expected: 'yes', output: 'no', value: 0 },
  ],
  score({ params, case: { expected }, output }) {
    const accepted = acceptedTexts(expected);
    const statistics = chrfStatistics(output.text, accepted, params);
    if (statistics === null) return noScore('the case has no accepted answer');
    const value = chrfFromStatistics(statistics, params);
    const name = `chrF${params.beta}${'+'.repeat(params.wordOrder)}`;
    return {
      value,
      reason: `${name} ${formatValue(value, 'fraction')} with the nearest accepted answer`,
      detail: { signature: signChrf(params, accepted.length) },
      statistics: packChrfStatistics(statistics),
    };
  },
  corpus: (sums, params) => chrfFromStatistics(unpackChrfStatistics(sums), params),
});
