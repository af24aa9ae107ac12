import { z } from 'zod';
import { defineMetric } from './contract.js';
import { scoreParts } from './found-parts.js';
import { contextOf, contextParam, expectedOf, questionOf, questionParam } from './judging.js';
import { noScore } from './score-result.js';

const answer = z.strictObject({
  claims: z.array(z.strictObject({ claim: z.string(), reason: z.string(), attributed: z.boolean() })),
});

/**
 * How much of the accepted answer the context holds: claims of the accepted answer that the context supports / all of
 * its claims (RAGAS "Context Recall", with a reference). The output plays no part: it is the retrieval that is judged.
 */
export const contextRecall = defineMetric({
  type: 'context-recall',
  describe:
    'How much of the accepted answer can be found in the context: its claims that the context supports / all of its claims, as found and judged by a model. This measures the retrieval, not the output.',
  params: { context: contextParam, question: questionParam },
  notApplicable: 'where the accepted answer claims nothing',
  unit: 'fraction',
  better: 'higher',
  needs: () => ['expected'],
  vars: ({ context, question }) => (question === undefined ? [context] : [context, question]),
  judge: {
    prompt: 'context-recall',
    rules: [],
    evidence: ['context', 'expected'],
    background: ['question'],
    asks: () => 1,
  },
  examples: [
    {
      describe: 'one of two claims is in the context',
      params: {},
      vars: { context: ['Unused goods can be returned within 30 days.'] },
      expected: 'Within 30 days, and return shipping is free.',
      output: '',
      answers: [
        {
          claims: [
            { claim: 'Returns are possible within 30 days.', reason: 'Part 1.', attributed: true },
            { claim: 'Return shipping is free.', reason: 'Nowhere.', attributed: false },
          ],
        },
      ],
      value: 0.5,
    },
    {
      describe: 'nothing is',
      params: { context: 'found' },
      vars: { found: 'We sell tents.' },
      expected: 'Within 30 days.',
      output: '',
      answers: [{ claims: [{ claim: 'Within 30 days.', reason: 'Nowhere.', attributed: false }] }],
      value: 0,
    },
    {
      describe: 'no claim in the accepted answer',
      params: {},
      vars: { context: 'We sell tents.' },
      expected: 'Hi!',
      output: '',
      answers: [{ claims: [] }],
      value: null,
      notApplicable: true,
    },
  ],
  async score(input) {
    const context = contextOf(input, input.params.context);
    if (context === null) return noScore(`the case has no variable ${input.params.context}`);
    const expected = expectedOf(input);
    if (expected === null) return noScore('the case has no accepted answer');
    const { claims } = await input.tools.ask({
      rules: {},
      evidence: { question: questionOf(input, input.params.question), context, expected },
      answer,
      turn: 1,
    });
    return scoreParts(
      claims.map(({ claim, reason, attributed }) => ({ text: claim, reason, met: attributed })),
      {
        met: 'claims are in the context',
        unmet: 'not in the context',
        none: 'the accepted answer claims nothing that could be found',
      },
    );
  },
});
