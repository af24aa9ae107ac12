import { z } from 'zod';
import { defineMetric } from './contract.js';
import { scoreParts } from './found-parts.js';
import { outputShown, questionOf, questionParam } from './judging.js';
import { saysNothing } from './says-nothing.js';
import { noScore } from './score-result.js';

const answer = z.strictObject({
  statements: z.array(z.strictObject({ statement: z.string(), reason: z.string(), relevant: z.boolean() })),
});

/**
 * How much of the output has to do with the question: relevant statements / all statements, as DeepEval defines answer
 * relevancy. RAGAS compares embeddings of questions made up from the output instead, which takes a second engine and
 * tells nobody which sentence is beside the point.
 */
export const answerRelevancy = defineMetric({
  type: 'answer-relevancy',
  describe:
    'How much of the output answers the question: relevant statements / all statements, as found and judged by a model. Whether they are true does not matter. Not applicable to an output that states nothing.',
  params: { question: questionParam },
  notApplicable: 'to an answer that states nothing',
  unit: 'fraction',
  better: 'higher',
  vars: ({ question }) => (question === undefined ? [] : [question]),
  judge: { prompt: 'answer-relevancy', rules: [], evidence: ['question', 'output'], background: [], asks: () => 1 },
  examples: [
    {
      describe: 'one of two statements is relevant',
      params: {},
      output: 'Returns are possible for 30 days. We also sell tents.',
      answers: [
        {
          statements: [
            { statement: 'Returns are possible for 30 days.', reason: 'It answers.', relevant: true },
            { statement: 'We also sell tents.', reason: 'Nobody asked.', relevant: false },
          ],
        },
      ],
      value: 0.5,
    },
    {
      describe: 'evades the question',
      params: { question: 'ticket' },
      vars: { ticket: 'Can I return shoes?' },
      output: 'That is a good question.',
      answers: [{ statements: [{ statement: 'It is a good question.', reason: 'No answer.', relevant: false }] }],
      value: 0,
    },
    {
      describe: 'states nothing',
      params: {},
      output: '***',
      answers: [{ statements: [] }],
      value: null,
      notApplicable: true,
    },
    { describe: 'no answer', params: {}, output: '', answers: [{ statements: [] }], value: null },
  ],
  async score(input) {
    const question = questionOf(input, input.params.question);
    if (question === null) return noScore('nothing was asked');
    if (saysNothing(input.output)) return noScore('the output is empty');
    const { statements } = await input.tools.ask({
      rules: {},
      evidence: { question, output: outputShown(input.output) },
      answer,
      turn: 1,
    });
    return scoreParts(
      statements.map(({ statement, reason, relevant }) => ({ text: statement, reason, met: relevant })),
      {
        met: 'statements are relevant',
        unmet: 'not relevant',
        none: 'the output states nothing that could be relevant',
      },
    );
  },
});
