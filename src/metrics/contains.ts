import { z } from 'zod';
import { acceptedTexts, defineMetric, noScore, quoted, yesOrNo } from './define.js';

const texts = z.array(z.string().min(1)).min(1);

/** Whether the output holds a text, any of some texts, or all of them. */
export const contains = defineMetric({
  type: 'contains',
  describe:
    'Whether the output contains a text: `value`, any of `any`, all of `all`, or any accepted answer of the case.',
  params: {
    value: z.string().min(1).optional().describe('The text to find.'),
    any: texts.optional().describe('At least one of these.'),
    all: texts.optional().describe('Every one of these.'),
    ignoreCase: z.boolean().default(false).describe('Treat upper and lower case as equal.'),
  },
  unit: 'fraction',
  better: 'higher',
  passMark: { min: 1 },
  needs: ({ value, any, all }) => ((value ?? any ?? all) === undefined ? ['expected'] : []),
  examples: [
    { describe: 'a text', params: { value: '30 days' }, output: 'Within 30 days.', value: 1 },
    { describe: 'case counts unless told', params: { value: 'yes' }, output: 'Yes.', value: 0 },
    {
      describe: 'all of several',
      params: { all: ['refund', 'receipt'], ignoreCase: true },
      output: 'Refund: no slip',
      value: 0,
    },
    {
      describe: 'any of several',
      params: { any: ['refund', 'money back'] },
      output: 'You get your money back.',
      value: 1,
    },
    {
      describe: 'an accepted answer of the case',
      params: {},
      expected: ['Paris', 'Lutetia'],
      output: 'It is Paris.',
      value: 1,
    },
    { describe: 'nothing to look for', params: {}, expected: '', output: 'It is Paris.', value: null },
  ],
  score({ params, case: { expected }, output }) {
    const fold = (text: string) => (params.ignoreCase ? text.toLowerCase() : text);
    const haystack = fold(output.text);
    const all = [...(params.value === undefined ? [] : [params.value]), ...(params.all ?? [])];
    // an empty text is in every output: a case that accepts it says nothing about what to contain
    const any = params.any ?? (all.length > 0 ? [] : acceptedTexts(expected).filter((text) => text !== ''));
    if (all.length === 0 && any.length === 0) return noScore('the case has no accepted answer to look for');
    const absent = all.filter((text) => !haystack.includes(fold(text)));
    if (absent.length > 0) return yesOrNo(false, '', `does not contain ${quoted(absent)}`);
    const present = any.find((text) => haystack.includes(fold(text)));
    if (any.length > 0 && present === undefined) return yesOrNo(false, '', `contains none of ${quoted(any)}`);
    // An entry with `not` shows this as the reason why its sample failed
    return yesOrNo(true, `contains ${quoted(present === undefined ? all : [...all, present], ' and ')}`, '');
  },
});
