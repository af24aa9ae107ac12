import { z } from 'zod';
import { count } from '../core/text/format.js';
import { defineMetric } from './contract.js';
import { transcriptOf } from './said.js';

/** How long the output is. */
export const length = defineMetric({
  type: 'length',
  describe:
    'How long the output is, in characters (Unicode code points) or in words (separated by white space). The name, keys and values of tool calls count too.',
  revision: 2,
  params: {
    of: z.enum(['characters', 'words']).default('characters').describe('What is counted.'),
  },
  unit: 'characters',
  better: 'lower',
  examples: [
    { describe: 'characters', params: {}, output: 'Within 30 days.', value: 15 },
    { describe: 'a character outside the basic plane counts once', params: {}, output: 'ok 👍', value: 4 },
    { describe: 'words', params: { of: 'words' }, output: '  Within 30\ndays. ', value: 3 },
    {
      describe: 'a tool call',
      params: { of: 'words' },
      output: { text: 'One moment.', toolCalls: [{ name: 'find', arguments: { text: 'red shoes', sizes: [40, 41] } }] },
      value: 9,
    },
    { describe: 'nothing', params: { of: 'words' }, output: '', value: 0 },
  ],
  score({ params: { of }, output }) {
    const said = transcriptOf(output);
    const value = of === 'words' ? countMatches(said, /\S+/g) : countCodePoints(said);
    return { value, reason: `has ${count(value, of.slice(0, -1))}` };
  },
});

function countCodePoints(text: string): number {
  return text.length - countMatches(text, /[\ud800-\udbff][\udc00-\udfff]/g);
}

function countMatches(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
