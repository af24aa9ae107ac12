import { z } from 'zod';
import { count } from '../core/text/format.js';
import { defineMetric } from './contract.js';

/** How long the output is. */
export const length = defineMetric({
  type: 'length',
  describe: 'How long the output is, in characters (Unicode code points) or in words (parted by white space).',
  params: {
    of: z.enum(['characters', 'words']).default('characters').describe('What is counted.'),
  },
  unit: 'characters',
  better: 'lower',
  examples: [
    { describe: 'characters', params: {}, output: 'Within 30 days.', value: 15 },
    { describe: 'a character outside the basic plane counts once', params: {}, output: 'ok 👍', value: 4 },
    { describe: 'words', params: { of: 'words' }, output: '  Within 30\ndays. ', value: 3 },
    { describe: 'nothing', params: { of: 'words' }, output: '', value: 0 },
  ],
  score({ params: { of }, output }) {
    const value = of === 'words' ? countMatches(output.text, /\S+/g) : countCodePoints(output.text);
    return { value, reason: `has ${count(value, of.slice(0, -1))}` };
  },
});

function countCodePoints(text: string): number {
  return text.length - countMatches(text, /[\ud800-\udbff][\udc00-\udfff]/g);
}

function countMatches(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
