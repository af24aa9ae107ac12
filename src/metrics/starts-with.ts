import { z } from 'zod';
import { visibleText } from '../model/blank.js';
import { defineMetric } from './contract.js';
import { valuesOf } from './said.js';
import { quoted, yesOrNo } from './score-result.js';
import { exactParam, readerOf } from './text/as-read.js';

/** Whether the output begins with a text. */
export const startsWith = defineMetric({
  type: 'starts-with',
  describe:
    'Whether the output, or a value in one of its tool calls, starts with a text. White space before it is ignored.',
  params: {
    value: visibleText.describe('The text.'),
    ignoreCase: z.boolean().default(false).describe('Treat upper and lower case as equal.'),
    exact: exactParam,
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
    {
      describe: 'in a tool call',
      params: { value: 'Dear' },
      output: { toolCalls: [{ name: 'send_mail', arguments: { to: 7, body: 'Dear customer,' } }] },
      value: 1,
    },
  ],
  score({ params, output }) {
    const { value } = params;
    const read = readerOf(params);
    const start = read(value).trimStart();
    const texts = [output.text, ...output.toolCalls.flatMap(valuesOf)];
    const met = texts.some((text) => read(text).trimStart().startsWith(start));
    return yesOrNo(met, `starts with ${quoted([value])}`, `does not start with ${quoted([value])}`);
  },
});
