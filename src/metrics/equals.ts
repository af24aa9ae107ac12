import { z } from 'zod';
import { defineMetric } from './contract.js';
import { acceptedTexts } from './expected.js';
import { noScore, quoted, yesOrNo } from './score-result.js';
import { exactParam, readerOf } from './text/as-read.js';

/** Whether the output is one of the accepted answers. */
export const equals = defineMetric({
  type: 'equals',
  describe: 'Whether the output equals an accepted answer of the case.',
  params: {
    ignoreCase: z.boolean().default(false).describe('Treat upper and lower case as equal.'),
    exact: exactParam,
    trim: z.boolean().default(true).describe('Leave out white space at both ends.'),
  },
  unit: 'fraction',
  better: 'higher',
  passMark: { min: 1 },
  needs: () => ['expected'],
  examples: [
    { describe: 'the same text', params: {}, expected: 'billing', output: 'billing\n', value: 1 },
    {
      describe: 'another case of letters',
      params: { ignoreCase: true },
      expected: 'billing',
      output: 'Billing',
      value: 1,
    },
    { describe: 'one of several', params: {}, expected: ['yes', 'y'], output: 'y', value: 1 },
    {
      describe: 'what looks the same',
      params: {},
      expected: 'It’s 5–7 days',
      output: "It's 5-7 days",
      value: 1,
    },
    {
      describe: 'the same, to the character',
      params: { exact: true },
      expected: 'It’s 5–7 days',
      output: "It's 5-7 days",
      value: 0,
    },
    { describe: 'another text', params: {}, expected: 'billing', output: 'shipping', value: 0 },
  ],
  score({ params, case: { expected }, output }) {
    const read = readerOf(params);
    const normalise = (text: string) => (params.trim ? read(text).trim() : read(text));
    const accepted = acceptedTexts(expected);
    if (accepted.length === 0) return noScore('the case has no accepted answer');
    const text = normalise(output.text);
    const met = accepted.some((answer) => normalise(answer) === text);
    return yesOrNo(met, 'equals the expected answer', `is not ${quoted(accepted, ' or ')}`);
  },
});
