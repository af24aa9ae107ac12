import { z } from 'zod';
import { count, formatValue } from '../core/text/format.js';
import { defineMetric } from './contract.js';
import { acceptedTexts } from './expected.js';
import { noScore } from './score-result.js';
import { packTerStatistics, signTer, terFromStatistics, terStatistics, unpackTerStatistics } from './text/ter.js';

/** How many edits a word it takes to turn the output into an accepted answer. */
export const ter = defineMetric({
  type: 'ter',
  describe:
    'How many edits it takes to turn the output into an accepted answer, for each word of that answer: words inserted, deleted or replaced, and runs of words moved. 0 is best. It is above 1 when the output needs more edits than the answer has words.',
  notes: `Translation edit rate (Snover et al., AMTA 2006), with the numbers of \`sacrebleu\` as fractions. Of several accepted answers the one with the fewest edits counts, divided by their mean length.

Good where a person would correct the output: it is roughly the share of words to change. It has no upper limit, so it is not a fraction and does not count in a sample's \`score\`. \`stat: corpus\` gates all edits divided by all words, so that long answers count for more.`,
  params: {
    normalized: z.boolean().default(false).describe('Separate punctuation from words, and decode XML entities.'),
    noPunctuation: z.boolean().default(false).describe('Leave out punctuation.'),
    asianSupport: z
      .boolean()
      .default(false)
      .describe('With `normalized`, Chinese characters one by one; with `noPunctuation`, Asian punctuation too.'),
    caseSensitive: z.boolean().default(false).describe('Tell upper from lower case.'),
  },
  unit: 'number',
  better: 'lower',
  needs: () => ['expected'],
  examples: [
    { describe: 'the same words', params: {}, expected: 'Within 30 days', output: 'within 30 days', value: 0 },
    {
      describe: 'one word of four replaced',
      params: {},
      expected: 'it takes two days',
      output: 'it takes ten days',
      value: 0.25,
    },
    {
      describe: 'a run of words moved is one edit',
      params: {},
      expected: 'on Monday the shop is closed',
      output: 'the shop is closed on Monday',
      value: 0.16666666666666666,
    },
    {
      describe: 'punctuation apart, and out',
      params: { normalized: true, noPunctuation: true },
      expected: 'Yes, within 30 days.',
      output: 'yes within 30 days',
      value: 0,
    },
    {
      describe: 'the case of letters',
      params: { caseSensitive: true },
      expected: 'Open now',
      output: 'open now',
      value: 0.5,
    },
    {
      describe: 'characters one by one',
      params: { normalized: true, asianSupport: true },
      expected: '三十天内',
      output: '三天内',
      value: 0.25,
    },
    { describe: 'more edits than words', params: {}, expected: 'no', output: 'well yes of course', value: 4 },
  ],
  score({ params, case: { expected }, output }) {
    const accepted = acceptedTexts(expected);
    const statistics = terStatistics(output.text, accepted, params);
    if (statistics === null) return noScore('the case has no accepted answer');
    const { edits, referenceLength } = statistics;
    return {
      value: terFromStatistics(statistics),
      reason: `${count(edits, 'edit')} to ${formatValue(referenceLength, 'number')} words of the accepted answer`,
      detail: { edits, referenceLength, signature: signTer(params, accepted.length) },
      statistics: packTerStatistics(statistics),
    };
  },
  corpus: (sums) => terFromStatistics(unpackTerStatistics(sums)),
});
