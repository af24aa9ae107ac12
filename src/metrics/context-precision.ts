import { z } from 'zod';
import { defineMetric } from './contract.js';
import { contextOf, contextParam, expectedOf, questionOf, questionParam, reasonField } from './judging.js';
import { noScore } from './score-result.js';

/** Whether useful parts of the context stand before useless ones. */
export const contextPrecision = defineMetric({
  type: 'context-precision',
  describe:
    'Whether the useful parts of the context come before the useless ones: the mean of precision@k over the useful parts. A model judges each part, given the accepted answer. This measures the retrieval, not the output.',
  params: { context: contextParam, question: questionParam },
  unit: 'fraction',
  better: 'higher',
  needs: () => ['expected'],
  vars: ({ context, question }) => (question === undefined ? [context] : [context, question]),
  judge: {
    prompt: 'context-precision',
    rules: ['parts'],
    evidence: ['context', 'expected'],
    background: ['question'],
    asks: () => 1,
  },
  examples: [
    {
      describe: 'the useful part comes second',
      params: {},
      vars: { context: ['We sell tents.', 'Unused goods can be returned within 30 days.'] },
      expected: 'Within 30 days.',
      output: '',
      answers: [
        {
          parts: [
            { reason: 'Another matter.', useful: false },
            { reason: 'It holds the answer.', useful: true },
          ],
        },
      ],
      value: 0.5,
    },
    {
      describe: 'the useful parts come first',
      params: { context: 'found' },
      vars: { found: ['Returns: 30 days.', 'Refunds: 5 days.', 'We sell tents.'] },
      expected: 'Within 30 days; the money comes 5 days later.',
      output: '',
      answers: [
        {
          parts: [
            { reason: '30 days.', useful: true },
            { reason: '5 days.', useful: true },
            { reason: 'Another matter.', useful: false },
          ],
        },
      ],
      value: 1,
    },
    {
      describe: 'no part is useful',
      params: {},
      vars: { context: 'We sell tents.' },
      expected: 'Within 30 days.',
      output: '',
      answers: [{ parts: [{ reason: 'Another matter.', useful: false }] }],
      value: 0,
    },
  ],
  async score(input) {
    const context = contextOf(input, input.params.context);
    if (context === null) return noScore(`the case has no variable ${input.params.context}`);
    const expected = expectedOf(input);
    if (expected === null) return noScore('the case has no accepted answer');
    const { parts } = await input.tools.ask({
      rules: { parts: String(context.length) },
      evidence: { question: questionOf(input, input.params.question), context, expected },
      answer: answerFor(context.length),
      turn: 1,
    });
    const useful = parts.map((part) => part.useful);
    const hits = useful.filter(Boolean).length;
    return {
      value: averagePrecision(useful),
      reason: `${hits} of ${useful.length} parts of the context are useful${hits > 0 ? `, in place ${placesOf(useful)}` : ''}`,
      detail: { useful },
    };
  },
});

/** One item for each part, in their order. The number is no part of the JSON Schema: not every service knows it there. */
function answerFor(parts: number) {
  const part = z.strictObject({ reason: reasonField, useful: z.boolean() });
  return z.strictObject({
    parts: z.array(part).refine(({ length }) => length === parts, { error: `needs ${parts} items, one for each part` }),
  });
}

/**
 * Σₖ (precision@k · vₖ) / Σₖ vₖ with vₖ = 1 when part k is useful; 0 when none is (RAGAS "Context Precision", with a
 * reference; the average precision of a ranking).
 */
function averagePrecision(useful: readonly boolean[]): number {
  let hits = 0;
  let sum = 0;
  for (const [index, is] of useful.entries()) {
    if (!is) continue;
    hits++;
    sum += hits / (index + 1);
  }
  return hits === 0 ? 0 : sum / hits;
}

function placesOf(useful: readonly boolean[]): string {
  const places = useful.flatMap((is, index) => (is ? [index + 1] : []));
  return `${places.slice(0, 10).join(', ')}${places.length > 10 ? ', …' : ''}`;
}
