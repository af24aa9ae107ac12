import { z } from 'zod';
import { defineMetric } from './contract.js';
import { scoreParts } from './found-parts.js';
import { contextOf, contextParam, outputShown, questionOf, questionParam } from './judging.js';
import { saysNothing } from './says-nothing.js';
import { noScore } from './score-result.js';

const answer = z.strictObject({
  claims: z.array(z.strictObject({ claim: z.string(), reason: z.string(), supported: z.boolean() })),
});

/**
 * How much of what the output claims the context supports: supported claims / all claims (RAGAS "Faithfulness"; Es et
 * al., "RAGAS: Automated Evaluation of Retrieval Augmented Generation", 2023, F = |V| / |S|). RAGAS lists the claims in
 * one call and judges them in a second; here one answer does both.
 */
export const faithfulness = defineMetric({
  type: 'faithfulness',
  describe:
    'How much of what the output claims is supported by the context: supported claims / all claims, as found and judged by a model. Not applicable to an output that claims nothing.',
  params: { context: contextParam, question: questionParam },
  notApplicable: 'to an answer that claims nothing, such as a greeting or a refusal',
  unit: 'fraction',
  better: 'higher',
  vars: ({ context, question }) => (question === undefined ? [context] : [context, question]),
  judge: {
    prompt: 'faithfulness',
    rules: [],
    evidence: ['context', 'output'],
    background: ['question'],
    asks: () => 1,
  },
  examples: [
    {
      describe: 'one of two claims is supported',
      params: {},
      vars: { context: 'Unused goods can be returned within 30 days.' },
      output: 'You can return unused shoes within 30 days, and return shipping is free.',
      answers: [
        {
          claims: [
            {
              claim: 'Unused shoes can be returned within 30 days.',
              reason: 'It says so of all goods.',
              supported: true,
            },
            { claim: 'Return shipping is free.', reason: 'Not mentioned.', supported: false },
          ],
        },
      ],
      value: 0.5,
    },
    {
      describe: 'all are',
      params: { context: 'policy' },
      vars: { policy: ['Unused goods can be returned within 30 days.', 'Return shipping is free.'] },
      output: 'Return shipping is free.',
      answers: [{ claims: [{ claim: 'Return shipping is free.', reason: 'Part 2.', supported: true }] }],
      value: 1,
    },
    {
      describe: 'claims nothing',
      params: {},
      vars: { context: 'Unused goods can be returned within 30 days.' },
      output: 'Hi!',
      answers: [{ claims: [] }],
      value: null,
      notApplicable: true,
    },
    {
      describe: 'no answer',
      params: {},
      vars: { context: 'Unused goods can be returned within 30 days.' },
      output: '',
      answers: [{ claims: [] }],
      value: null,
    },
  ],
  async score(input) {
    const context = contextOf(input, input.params.context);
    if (context === null) return noScore(`the case has no variable ${input.params.context}`);
    if (saysNothing(input.output)) return noScore('the output is empty');
    const { claims } = await input.tools.ask({
      rules: {},
      evidence: { question: questionOf(input, input.params.question), context, output: outputShown(input.output) },
      answer,
      turn: 1,
    });
    return scoreParts(
      claims.map(({ claim, reason, supported }) => ({ text: claim, reason, met: supported })),
      {
        met: 'claims are supported',
        unmet: 'not supported',
        none: 'the output claims nothing that could be supported',
      },
    );
  },
});
