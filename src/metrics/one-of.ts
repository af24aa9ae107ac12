import { z } from 'zod';
import { visibleText } from '../model/blank.js';
import type { Json } from '../model/json.js';
import { defineMetric } from './contract.js';
import { acceptedTexts, faultOfExpected } from './expected.js';
import { noScore, quoted, yesOrNo } from './score-result.js';
import { exactParam, type ReadingParams, readerOf } from './text/as-read.js';

/** Whether the output is one of some labels and nothing else, and the right one where the case says which is. */
export const oneOf = defineMetric({
  type: 'one-of',
  describe:
    'Whether the output is exactly one of the given labels. If the case has an expected label, it must be that one. White space at both ends is ignored.',
  params: {
    values: z.array(visibleText).min(1).describe('The labels.'),
    ignoreCase: z.boolean().default(false).describe('Treat upper and lower case as equal.'),
    exact: exactParam,
  },
  unit: 'fraction',
  better: 'higher',
  passMark: { min: 1 },
  checkCase: (params, { expected }) =>
    faultOfExpected(expected !== undefined && rightLabels(params, expected).length === 0 ? noLabel(expected) : null),
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
  score({ params, case: { expected }, output }) {
    const normalise = normaliserOf(params);
    const label = normalise(output.text);
    const known = params.values.map(normalise).includes(label);
    const unknown = `is none of ${quoted(params.values)}`;
    if (expected === undefined) return yesOrNo(known, 'is one of the labels', unknown);
    const right = rightLabels(params, expected);
    if (right.length === 0) return noScore(noLabel(expected));
    if (!known) return yesOrNo(false, '', unknown);
    return yesOrNo(right.includes(label), 'is the expected label', `is not the label ${quoted(right, ' or ')}`);
  },
});

interface Labels extends ReadingParams {
  readonly values: readonly string[];
}

function normaliserOf(params: ReadingParams): (text: string) => string {
  const read = readerOf(params);
  return (text) => read(text).trim();
}

/** The accepted answers that are labels. */
function rightLabels(params: Labels, expected: Json): readonly string[] {
  const normalise = normaliserOf(params);
  const labels = params.values.map(normalise);
  return acceptedTexts(expected)
    .map(normalise)
    .filter((text) => labels.includes(text));
}

function noLabel(expected: Json): string {
  return `the case expects ${quoted(acceptedTexts(expected)) || 'nothing'}, which is no label`;
}
