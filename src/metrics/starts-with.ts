import { z } from 'zod';
import { defineMetric } from './contract.js';
import { quoted, yesOrNo } from './score-result.js';

/** Whether the output begins with a text. */
export const startsWith = defineMetric({
  type: 'starts-with',
  describe: 'Whether the output starts with a text; white space before it does not count.',
  params: {
    value: z.string().regex(/\S/, 'a text to start with has to hold more than white space').describe('The text.'),
    ignoreCase: z.boolean().default(false).describe('Treat upper and lower case as equal.'),
  },
  unit: 'fraction',
  better: 'higher',
  passMark: { min: 1 },
  examples: [
    { describe: 'the text first', params: { value: 'Dear' }, output: '\nDear customer,', value: 1 },
    { describe: 'the text later', params: { value: 'Dear' }, output: 'Oh dear. Dear customer,', value: 0 },
    {
      describe: 'another case of letters',
      params: { value: 'yes', ignoreCase: true },
      output: 'Yes, it is.',
      value: 1,
    },
  ],
  score({ params: { value, ignoreCase }, output }) {
    const fold = (text: string) => (ignoreCase ? text.toLowerCase() : text);
    const met = fold(output.text.trimStart()).startsWith(fold(value.trimStart()));
    return yesOrNo(met, `starts with ${quoted([value])}`, `does not start with ${quoted([value])}`);
  },
});
