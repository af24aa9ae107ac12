import { z } from 'zod';
import { formatValue } from '../core/text/format.js';
import { defineMetric } from './contract.js';
import { acceptedTexts } from './expected.js';
import { noScore } from './score-result.js';
import {
  BLEU_SMOOTHINGS,
  bleuFromStatistics,
  bleuStatistics,
  packBleuStatistics,
  signBleu,
  unpackBleuStatistics,
} from './text/bleu.js';
import { BLEU_TOKENIZERS } from './text/tokenize.js';

/** The precision of the output's n-grams against the accepted answers, with a penalty for brevity. */
export const bleu = defineMetric({
  type: 'bleu',
  describe:
    'How many of the runs of one to four words in the output are also in an accepted answer (their geometric mean), with a penalty when the output is shorter.',
  notes: `The measure of machine translation (Papineni et al., "BLEU", ACL 2002), with the numbers of \`sacrebleu\` as fractions: one output is scored with effective order and, by default, exponential smoothing. All accepted answers count together: a run of words may come from any of them.

BLEU was made for a whole corpus: gate it with \`stat: corpus\`, which sums the counts of all samples first (without effective order, as sacrebleu's \`corpus_bleu\`). The score of one sentence is coarse, and the mean of sentence scores is another, less comparable number. It does not know synonyms. Compare systems only on the same data and with the same \`signature\`, which every score has in \`detail\`.

Use \`tokenize: char\` or \`zh\` for Chinese, \`char\` for Japanese. For short texts and languages with many word forms, \`chrf\` agrees better with people.`,
  params: {
    tokenize: z
      .enum(BLEU_TOKENIZERS)
      .default('13a')
      .describe('How sacrebleu splits a text into words; `none` splits at white space.'),
    smooth: z
      .enum(BLEU_SMOOTHINGS)
      .default('exp')
      .describe('What stands in for a precision of zero (Chen and Cherry, 2014).'),
    lowercase: z.boolean().default(false).describe('Treat upper and lower case as equal.'),
  },
  unit: 'fraction',
  better: 'higher',
  needs: () => ['expected'],
  examples: [
    {
      describe: 'the same words',
      params: {},
      expected: 'You can return them within 30 days.',
      output: 'You can return them within 30 days.',
      value: 1,
    },
    {
      describe: 'one word of six differs',
      params: {},
      expected: 'the cat sat on the mat',
      output: 'the cat sat on a mat',
      value: 0.537284965911771,
    },
    {
      describe: 'a run of words may come from any accepted answer',
      params: {},
      expected: ['the cat is on the mat', 'there is a cat on the mat'],
      output: 'there is a cat on the mat',
      value: 1,
    },
    {
      describe: 'shorter than the accepted answer',
      params: { smooth: 'none' },
      expected: 'the cat sat on the mat today again',
      output: 'the cat sat on',
      value: 0.36787944117144233,
    },
    {
      describe: 'another case of letters',
      params: { tokenize: 'none', lowercase: true },
      expected: 'Yes of course',
      output: 'yes of course',
      value: 1,
    },
    {
      describe: 'characters in place of words',
      params: { tokenize: 'char' },
      expected: '三十天内可以退货',
      output: '三十天内可以退货',
      value: 1,
    },
    { describe: 'no word in common', params: {}, expected: 'yes', output: 'nope', value: 0 },
  ],
  score({ params, case: { expected }, output }) {
    const accepted = acceptedTexts(expected);
    const statistics = bleuStatistics(output.text, accepted, params);
    if (statistics === null) return noScore('the case has no accepted answer');
    const options = { ...params, effectiveOrder: true };
    const { score, precisions, brevityPenalty } = bleuFromStatistics(statistics, options);
    const shown = precisions.map((precision) => formatValue(precision, 'fraction')).join(', ');
    return {
      value: score,
      reason: `n-gram precisions ${shown}; brevity penalty ${formatValue(brevityPenalty, 'fraction')}`,
      detail: { precisions, brevityPenalty, signature: signBleu(options, accepted.length) },
      statistics: packBleuStatistics(statistics),
    };
  },
  corpus: (sums, { smooth }) => bleuFromStatistics(unpackBleuStatistics(sums), { smooth }).score,
});
