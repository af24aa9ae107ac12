import { z } from 'zod';
import { isBlank } from '../model/blank.js';
import type { Json } from '../model/json.js';
import { defineMetric } from './contract.js';
import { acceptedTexts, faultOfExpected } from './expected.js';
import { passagesOf } from './said.js';
import { noScore, quoted, yesOrNo } from './score-result.js';
import { asRead, exactParam, readerOf } from './text/as-read.js';

const NOTHING_TO_FIND = 'the case has no accepted answer to look for';

// Nothing is not found, it is everywhere
const seenText = z.string().refine((text) => asRead(text) !== '', 'a text to find has to hold something that is seen');
const texts = z.array(seenText).min(1);

/** Whether the output holds a text, any of some texts, or all of them. */
export const contains = defineMetric({
  type: 'contains',
  describe:
    'Whether the output contains a text: `value`, any of `any`, all of `all`, or any accepted answer of the case. Tool calls are searched too.',
  params: {
    value: seenText.optional().describe('The text to find.'),
    any: texts.optional().describe('At least one of these.'),
    all: texts.optional().describe('Every one of these.'),
    ignoreCase: z.boolean().default(false).describe('Treat upper and lower case as equal.'),
    exact: exactParam,
  },
  unit: 'fraction',
  better: 'higher',
  passMark: { min: 1 },
  needs: (params) => (seeksExpected(params) ? ['expected'] : []),
  checkCase: (params, { expected }) =>
    faultOfExpected(seeksExpected(params) && textsToFind(expected).length === 0 ? NOTHING_TO_FIND : null),
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
    {
      describe: 'what looks the same',
      params: { value: "we don't – sorry" },
      output: 'No, we don’t - sorry.',
      value: 1,
    },
    {
      describe: 'the same, to the character',
      params: { value: "we don't – sorry", exact: true },
      output: 'No, we don’t - sorry.',
      value: 0,
    },
    {
      describe: 'said in a tool call',
      params: { value: 'guarantee' },
      output: { toolCalls: [{ name: 'send_mail', arguments: { body: 'We guarantee it.' } }] },
      value: 1,
    },
    { describe: 'nothing to look for', params: {}, expected: '', output: 'It is Paris.', value: null },
  ],
  score({ params, case: { expected }, output }) {
    const read = readerOf(params);
    const passages = passagesOf(output).map(read);
    const isSaid = (text: string) => passages.some((passage) => passage.includes(read(text)));
    const all = [...(params.value === undefined ? [] : [params.value]), ...(params.all ?? [])];
    const any = params.any ?? (all.length > 0 ? [] : textsToFind(expected));
    if (all.length === 0 && any.length === 0) return noScore(NOTHING_TO_FIND);
    const absent = all.filter((text) => !isSaid(text));
    if (absent.length > 0) return yesOrNo(false, '', `does not contain ${quoted(absent)}`);
    const present = any.find(isSaid);
    if (any.length > 0 && present === undefined) return yesOrNo(false, '', `contains none of ${quoted(any)}`);
    // An entry with `not` shows this as the reason why its sample failed
    return yesOrNo(true, `contains ${quoted(present === undefined ? all : [...all, present], ' and ')}`, '');
  },
});

function seeksExpected({ value, any, all }: { readonly [name in 'value' | 'any' | 'all']?: unknown }): boolean {
  return (value ?? any ?? all) === undefined;
}

/** An empty text is in every output, a blank in most: a case that accepts it says nothing about what to contain. */
function textsToFind(expected: Json | undefined): readonly string[] {
  return acceptedTexts(expected).filter((text) => !isBlank(text));
}
