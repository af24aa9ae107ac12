import { z } from 'zod';
import { defineMetric } from './contract.js';
import { expectedOf, outputShown, questionOf, questionParam, reasonField } from './judging.js';
import { noScore } from './score-result.js';
import { askVotes, scoreVotes, votesParam } from './votes.js';

/**
 * How the facts of an output and of an expert's answer can stand to each other, and what each is worth. The categories
 * are those of OpenAI's evals ("fact", model-graded), the values those of Braintrust's autoevals ("Factuality").
 */
const VALUES = {
  subset: 0.4,
  superset: 0.6,
  equal: 1,
  contradiction: 0,
  'no-matter': 1,
} as const;

const answer = z.strictObject({
  reason: reasonField,
  verdict: z.enum(['subset', 'superset', 'equal', 'contradiction', 'no-matter']),
});

/** How the facts of the output compare with those of an accepted answer. */
export const factuality = defineMetric({
  type: 'factuality',
  describe:
    'How the facts of the output compare with those of an accepted answer, as judged by a model: equal 1, differences that do not matter 1, more facts 0.6, fewer facts 0.4, a contradiction 0.',
  params: { question: questionParam, votes: votesParam },
  unit: 'fraction',
  better: 'higher',
  passMark: { min: 0.6 },
  needs: () => ['expected'],
  vars: ({ question }) => (question === undefined ? [] : [question]),
  judge: {
    prompt: 'factuality',
    rules: [],
    evidence: ['expected', 'output'],
    background: ['question'],
    asks: ({ votes }) => votes,
  },
  examples: [
    {
      describe: 'the same facts',
      params: {},
      expected: 'You can return shoes within 30 days.',
      output: 'Shoes may be sent back for 30 days.',
      answers: [{ reason: 'Both say 30 days.', verdict: 'equal' }],
      value: 1,
    },
    {
      describe: 'fewer facts',
      params: {},
      expected: 'You can return unused shoes within 30 days.',
      output: 'Shoes may be sent back.',
      answers: [{ reason: 'It leaves out the time limit.', verdict: 'subset' }],
      value: 0.4,
    },
    {
      describe: 'a contradiction',
      params: {},
      expected: 'You can return shoes within 30 days.',
      output: 'Shoes may be sent back for a year.',
      answers: [{ reason: 'A year is not 30 days.', verdict: 'contradiction' }],
      value: 0,
    },
  ],
  async score(input) {
    const expected = expectedOf(input);
    if (expected === null) return noScore('the case has no accepted answer');
    const given = await askVotes(input.tools, input.params.votes, {
      rules: {},
      evidence: { question: questionOf(input, input.params.question), expected, output: outputShown(input.output) },
      answer,
    });
    const votes = given.map(({ verdict, reason }) => ({ verdict, reason, value: VALUES[verdict] }));
    return scoreVotes(votes, input);
  },
});
