import { z } from 'zod';
import { visibleText } from '../model/blank.js';
import { defineMetric } from './contract.js';
import { acceptedTexts } from './expected.js';
import { outputShown, questionOf, questionParam, reasonField } from './judging.js';
import { noScore } from './score-result.js';
import type { ScoreTools } from './score-tools.js';
import { scoreVotes, type Vote, votesParam } from './votes.js';

const answer = z.strictObject({ reason: reasonField, verdict: z.enum(['first', 'second', 'tie']) });

/** Whether the output is better than another answer to the same question. */
export const pairwise = defineMetric({
  type: 'pairwise',
  describe:
    'Whether the output is better, by a rubric, than the accepted answer or the output of the baseline: 1 better, 0 worse, 0.5 neither. The judge is asked in both orders. Its verdict counts only when both agree.',
  params: {
    rubric: visibleText.describe('What makes one answer better than another.'),
    against: z
      .enum(['expected', 'baseline'])
      .default('baseline')
      .describe('The other answer: the first accepted one of the case, or that of the run that `--baseline` names.'),
    question: questionParam,
    votes: votesParam.describe('Ask this many times, each time in both orders, and take the majority.'),
  },
  unit: 'fraction',
  better: 'higher',
  needs: ({ against }) => [against],
  vars: ({ question }) => (question === undefined ? [] : [question]),
  judge: {
    prompt: 'pairwise',
    rules: ['rubric'],
    evidence: ['first', 'second'],
    background: ['question'],
    asks: ({ votes }) => 2 * votes,
  },
  examples: [
    {
      describe: 'better in both orders',
      params: { rubric: 'The clearer answer wins.', against: 'expected' },
      expected: 'It depends.',
      output: 'Yes, within 30 days.',
      answers: [
        { reason: 'It names the time.', verdict: 'first' },
        { reason: 'It names the time.', verdict: 'second' },
      ],
      value: 1,
    },
    {
      describe: 'the first in both orders: a tie',
      params: { rubric: 'The clearer answer wins.', against: 'expected' },
      expected: 'Within 30 days.',
      output: 'For 30 days.',
      answers: [{ reason: 'It is clear.', verdict: 'first' }],
      value: 0.5,
    },
    {
      describe: 'worse than the baseline',
      params: { rubric: 'The clearer answer wins.' },
      baseline: 'Yes, within 30 days.',
      output: 'It depends.',
      answers: [
        { reason: 'It names the time.', verdict: 'second' },
        { reason: 'It names the time.', verdict: 'first' },
      ],
      value: 0,
    },
    {
      describe: 'no baseline',
      params: { rubric: 'The clearer answer wins.' },
      output: 'It depends.',
      answers: [{ reason: 'It is clear.', verdict: 'first' }],
      value: null,
    },
  ],
  async score(input) {
    const { params, case: testCase, output, tools } = input;
    const other = params.against === 'expected' ? acceptedTexts(testCase.expected)[0] : await tools.baseline();
    if (other === undefined) return noScore('the case has no accepted answer');
    if (other === null)
      return noScore('there is no answer of a baseline to this question; name a run that has one with --baseline');
    const question = questionOf(input, params.question);
    const votes = await Promise.all(
      Array.from({ length: params.votes }, (_, index) =>
        compareBothWays(tools, {
          rubric: params.rubric,
          question,
          output: outputShown(output),
          other,
          vote: index + 1,
        }),
      ),
    );
    return scoreVotes(votes, input);
  },
});

interface Rivals {
  readonly rubric: string;
  readonly question: string | null;
  readonly output: string;
  readonly other: string;
  readonly vote: number;
}

/** One vote: both orders. Judges tend to prefer a place (Zheng et al. 2023, arXiv:2306.05685), so that a change of mind is a tie. */
async function compareBothWays(tools: ScoreTools, { rubric, question, output, other, vote }: Rivals): Promise<Vote> {
  const ask = (first: string, second: string, turn: number) =>
    tools.ask({ rules: { rubric }, evidence: { question, first, second }, answer, turn });
  const [forth, back] = await Promise.all([ask(output, other, 2 * vote - 1), ask(other, output, 2 * vote)]);
  if (forth.verdict === 'first' && back.verdict === 'second')
    return { verdict: 'better', value: 1, reason: forth.reason };
  if (forth.verdict === 'second' && back.verdict === 'first')
    return { verdict: 'worse', value: 0, reason: forth.reason };
  const agreed = forth.verdict === 'tie' && back.verdict === 'tie';
  const reason = agreed ? forth.reason : `the judge said ${forth.verdict} and, in the other order, ${back.verdict}`;
  return { verdict: 'tie', value: 0.5, reason };
}
