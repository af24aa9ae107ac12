import { z } from 'zod';
import { visibleText } from '../model/blank.js';
import { defineMetric } from './contract.js';
import { outputShown, questionOf, questionParam, reasonField } from './judging.js';
import { askVotes, scoreVotes, votesParam } from './votes.js';

const answer = z.strictObject({ reason: reasonField, verdict: z.enum(['yes', 'no']) });

/** Whether the output meets a criterion, without an accepted answer to compare with. */
export const closedQa = defineMetric({
  type: 'closed-qa',
  describe: 'Whether the output meets a criterion, as judged by a model: 1 or 0. It needs no accepted answer.',
  params: {
    criterion: visibleText.describe('What must be true of the output, such as "names a time limit".'),
    question: questionParam,
    votes: votesParam,
  },
  unit: 'fraction',
  better: 'higher',
  passMark: { min: 1 },
  vars: ({ question }) => (question === undefined ? [] : [question]),
  judge: {
    prompt: 'closed-qa',
    rules: ['criterion'],
    evidence: ['output'],
    background: ['question'],
    asks: ({ votes }) => votes,
  },
  examples: [
    {
      describe: 'meets it',
      params: { criterion: 'It names a time limit.' },
      output: 'You can return shoes within 30 days.',
      answers: [{ reason: '30 days.', verdict: 'yes' }],
      value: 1,
    },
    {
      describe: 'does not',
      params: { criterion: 'It names a time limit.' },
      output: 'You can return shoes.',
      answers: [{ reason: 'No time is named.', verdict: 'no' }],
      value: 0,
    },
    {
      describe: 'a tie of votes: no',
      params: { criterion: 'It is friendly.', votes: 2 },
      output: 'Sure.',
      answers: [
        { reason: 'It agrees.', verdict: 'yes' },
        { reason: 'It is curt.', verdict: 'no' },
      ],
      value: 0,
    },
  ],
  async score(input) {
    const { params, output, tools } = input;
    const given = await askVotes(tools, params.votes, {
      rules: { criterion: params.criterion },
      evidence: { question: questionOf(input, params.question), output: outputShown(output) },
      answer,
    });
    const votes = given.map(({ verdict, reason }) => ({ verdict, reason, value: verdict === 'yes' ? 1 : 0 }));
    return scoreVotes(votes, input);
  },
});
