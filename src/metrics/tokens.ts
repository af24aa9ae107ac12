import { z } from 'zod';
import { sumKnown } from '../core/stats/add-known.js';
import { count } from '../core/text/format.js';
import { defineMetric } from './contract.js';
import { noScore } from './score-result.js';

/** How many tokens the call used. */
export const tokens = defineMetric({
  type: 'tokens',
  describe: 'How many tokens the call used, as counted by the provider. No score when the provider gives no count.',
  params: {
    of: z.enum(['total', 'input', 'output']).default('total').describe('Which tokens; `total` is input and output.'),
  },
  unit: 'tokens',
  better: 'lower',
  ofWholeSample: true,
  examples: [
    { describe: 'all', params: {}, output: { usage: { inputTokens: 120, outputTokens: 30 } }, value: 150 },
    {
      describe: 'of the answer',
      params: { of: 'output' },
      output: { usage: { inputTokens: 120, outputTokens: 30 } },
      value: 30,
    },
    {
      describe: 'one part unknown',
      params: {},
      output: { usage: { inputTokens: null, outputTokens: 30 } },
      value: null,
    },
  ],
  score({ params: { of }, output: { usage } }) {
    const parts = {
      input: [usage.inputTokens],
      output: [usage.outputTokens],
      total: [usage.inputTokens, usage.outputTokens],
    }[of];
    const value = sumKnown(parts);
    const kind = of === 'total' ? '' : `${of} `;
    return value === null
      ? noScore(`the number of ${kind}tokens is unknown: the provider did not say`)
      : { value, reason: `used ${count(value, `${kind}token`)}` };
  },
});
