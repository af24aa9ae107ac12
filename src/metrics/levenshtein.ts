import { formatValue } from '../core/text/format.js';
import { defineMetric } from './contract.js';
import { acceptedTexts } from './expected.js';
import { noScore } from './score-result.js';
import { exactParam, readerOf } from './text/as-read.js';
import { scoreLevenshtein, signLevenshtein } from './text/levenshtein.js';

/** How few characters have to change to make the output the nearest accepted answer. */
export const levenshtein = defineMetric({
  type: 'levenshtein',
  describe:
    'How close the output is to the nearest accepted answer: 1 minus the characters to insert, delete or replace, as a share of the longer text.',
  notes: `The edit distance of V. Levenshtein (1966), over the length of the longer text, in UTF-16 code units (most emoji are two or more). Good for texts that must be copied exactly: names, codes, extracted passages. It does not consider words or meaning. Unrelated texts of one language still share some characters in order and score 0.2 to 0.3.

Two texts that differ in more than about 64,000 characters each have no score, because the exact value would take too long to compute.`,
  params: { exact: exactParam },
  unit: 'fraction',
  better: 'higher',
  needs: () => ['expected'],
  examples: [
    { describe: 'the same text', params: {}, expected: 'INV-2041', output: 'INV-2041', value: 1 },
    { describe: 'one character of eight', params: {}, expected: 'INV-2041', output: 'INV-2047', value: 0.875 },
    {
      describe: 'the nearest of several',
      params: {},
      expected: ['INV-1', 'INV-20'],
      output: 'INV-2',
      value: 0.8333333333333334,
    },
    { describe: 'another text', params: {}, expected: 'yes', output: 'no', value: 0 },
  ],
  score({ params, case: { expected }, output }) {
    const read = readerOf(params);
    const accepted = acceptedTexts(expected).map(read);
    if (accepted.length === 0) return noScore('the case has no accepted answer');
    const value = scoreLevenshtein(read(output.text), accepted);
    if (value === null) return noScore('the texts are too long for an exact distance');
    return {
      value,
      reason: `${formatValue(1 - value, 'fraction')} of the characters differ from the nearest accepted answer`,
      detail: { signature: signLevenshtein(accepted.length) },
    };
  },
});
