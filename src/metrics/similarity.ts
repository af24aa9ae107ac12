import { compareTwoStrings } from 'string-similarity';
import { formatShare } from '../core/text/format.js';
import { defineMetric } from './contract.js';
import { acceptedTexts } from './expected.js';
import { noScore } from './score-result.js';
import { exactParam, readerOf } from './text/as-read.js';

/** How much of their spelling the output and the nearest accepted answer share. */
export const similarity = defineMetric({
  type: 'similarity',
  describe:
    'How alike the output and the nearest accepted answer are in spelling: the Sørensen-Dice coefficient of their pairs of adjacent characters, without white space. It does not consider meaning.',
  params: { exact: exactParam },
  unit: 'fraction',
  better: 'higher',
  needs: () => ['expected'],
  examples: [
    { describe: 'the same text', params: {}, expected: 'within 30 days', output: 'within 30 days', value: 1 },
    { describe: 'four of five pairs', params: {}, expected: 'healed', output: 'sealed', value: 0.8 },
    { describe: 'the nearest of several', params: {}, expected: ['no', 'healed'], output: 'sealed', value: 0.8 },
    { describe: 'nothing in common', params: {}, expected: 'yes', output: 'nope', value: 0 },
  ],
  score({ params, case: { expected }, output }) {
    const read = readerOf(params);
    const text = read(output.text);
    const accepted = acceptedTexts(expected).map(read);
    if (accepted.length === 0) return noScore('the case has no accepted answer');
    const value = Math.max(...accepted.map((answer) => compareTwoStrings(answer, text)));
    return { value, reason: `shares ${formatShare(value)} of its character pairs with the nearest answer` };
  },
});
