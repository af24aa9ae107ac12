import { z } from 'zod';
import { acceptedTexts, defineMetric, noScore, quoted, yesOrNo } from './define.js';

/** Whether the output is one of some labels and nothing else, and the right one where the case says which is. */
export const oneOf = defineMetric({
  type: 'one-of',
  describe:
    'Whether the output is exactly one of some labels, and the label that the case expects when it expects one; white space at both ends does not count.',
  params: {
    values: z.array(z.string().regex(/\S/, 'a label must not be blank')).min(1).describe('The labels.'),
    ignoreCase: z.boolean().default(false).describe('Treat upper and lower case as equal.'),
  },
  unit: 'fraction',
  better: 'higher',
  passMark: { min: 1 },
  examples: [
    { describe: 'a label', params: { values: ['bug', 'question'] }, output: 'bug\n', value: 1 },
    { describe: 'a label and more', params: { values: ['bug', 'question'] }, output: 'It is a bug.', value: 0 },
    {
      describe: 'the label the case expects',
      params: { values: ['bug', 'question'], ignoreCase: true },
      expected: 'bug',
      output: 'Bug',
      value: 1,
    },
    {
      describe: 'another label than the case expects',
      params: { values: ['bug', 'question'] },
      expected: 'bug',
      output: 'question',
      value: 0,
    },
    {
      describe: 'the case expects what is no label',
      params: { values: ['bug', 'question'] },
      expected: 'praise',
      output: 'bug',
      value: null,
    },
  ],
  score({ params: { values, ignoreCase }, case: { expected }, output }) {
    const normalise = (text: string) => (ignoreCase ? text.trim().toLowerCase() : text.trim());
    const labels = values.map(normalise);
    const label = normalise(output.text);
    if (expected === undefined) {
      return yesOrNo(labels.includes(label), 'is one of the labels', `is none of ${quoted(values)}`);
    }
    const accepted = acceptedTexts(expected).map(normalise);
    const right = accepted.filter((text) => labels.includes(text));
    if (right.length === 0) return noScore(`the case expects ${quoted(accepted) || 'nothing'}, which is no label`);
    if (!labels.includes(label)) return yesOrNo(false, '', `is none of ${quoted(values)}`);
    return yesOrNo(right.includes(label), 'is the expected label', `is not the label ${quoted(right, ' or ')}`);
  },
});
