import { z } from 'zod';
import { formatValue } from '../core/text/format.js';
import { defineMetric } from './contract.js';
import { acceptedTexts } from './expected.js';
import { noScore } from './score-result.js';

/** How many words, pairs of words or words in order the output shares with an accepted answer. */
export const rouge = defineMetric({
  type: 'rouge',
  describe:
    'How much of an accepted answer the output covers, and how little else it says: the words (rouge1), pairs of words (rouge2) or words in the same order (rougeL, rougeLsum) that both share.',
  notes: `The measure of summaries (C.-Y. Lin, "ROUGE: A Package for Automatic Evaluation of Summaries", 2004), with the numbers of Google's \`rouge_score\`. Of several accepted answers the one with the best F-measure counts.

Good for summaries and other texts whose content is known: \`of: recall\` asks whether all of it is there, \`of: precision\` whether anything else is. It does not know synonyms or negation: a right answer in other words scores low, and a wrong one that repeats the words of the question scores high. It compares runs of a-z and 0-9 only. A text in another script has no words and scores 0; use \`chrf\` there. rougeLsum compares line by line, so put each sentence of a summary on its own line.

No pass mark suits every task. Score some answers that you would accept and some that you would not, and set the mark between them.`,
  params: {
    variant: z
      .enum(['rouge1', 'rouge2', 'rougeL', 'rougeLsum'])
      .default('rougeL')
      .describe('What both must share: words, pairs of words, words in order, or words in order line by line.'),
    stem: z
      .boolean()
      .default(false)
      .describe('Compare stems of English words (Porter), so that `returns` is `return`.'),
    of: z
      .enum(['fmeasure', 'precision', 'recall'])
      .default('fmeasure')
      .describe('The share of the accepted answer (recall), of the output (precision), or the harmonic mean of both.'),
  },
  unit: 'fraction',
  better: 'higher',
  needs: () => ['expected'],
  examples: [
    { describe: 'the same words', params: {}, expected: 'within 30 days', output: 'Within 30 days!', value: 1 },
    {
      describe: 'two of three words, in order',
      params: {},
      expected: 'within 30 days',
      output: '30 days in all',
      value: 0.5714285714285715,
    },
    {
      describe: 'all of the accepted words are there',
      params: { variant: 'rouge1', of: 'recall' },
      expected: 'refund within 30 days',
      output: 'You get a refund if you ask for it within 30 days.',
      value: 1,
    },
    {
      describe: 'few other words are there',
      params: { variant: 'rouge1', of: 'precision' },
      expected: 'refund within 30 days',
      output: 'refund within 90 days',
      value: 0.75,
    },
    {
      describe: 'the order counts in pairs of words',
      params: { variant: 'rouge2' },
      expected: 'the dog bit the man',
      output: 'the man bit the dog',
      value: 0.75,
    },
    {
      describe: 'stems',
      params: { variant: 'rouge1', stem: true },
      expected: 'returns accepted',
      output: 'accepting return',
      value: 1,
    },
    {
      describe: 'lines in any order',
      params: { variant: 'rougeLsum' },
      expected: 'the shop is open\nreturns are free',
      output: 'returns are free\nthe shop is open',
      value: 1,
    },
    { describe: 'the nearest of several', params: {}, expected: ['no', 'yes'], output: 'Yes.', value: 1 },
    { describe: 'no word in common', params: {}, expected: 'yes', output: 'nope', value: 0 },
  ],
  async score({ params: { variant, stem, of }, case: { expected }, output }) {
    const accepted = acceptedTexts(expected);
    if (accepted.length === 0) return noScore('the case has no accepted answer');
    const { scoreRouge, signRouge } = await import('./text/rouge.js');
    const score = scoreRouge(output.text, accepted, variant, { stem });
    if (score === null) return noScore('the texts are too long for an exact comparison');
    const { precision, recall, fmeasure } = score;
    const [p, r, f] = [precision, recall, fmeasure].map((value) => formatValue(value, 'fraction'));
    return {
      value: score[of],
      reason: `${variant}: precision ${p}, recall ${r}, F-measure ${f}`,
      detail: { precision, recall, fmeasure, signature: signRouge(variant, { stem }, accepted.length) },
    };
  },
});
