import { finishReasonSchema } from '../model/output.js';
import { defineMetric } from './contract.js';
import { noScore, yesOrNo } from './score-result.js';

/** Whether the model stopped for the wanted reason. */
export const finish = defineMetric({
  type: 'finish',
  describe:
    'Whether the model stopped for the right reason. Finds answers that were cut off or filtered. No score when the provider did not say why it stopped.',
  params: {
    reason: finishReasonSchema.default('stop').describe('The right reason.'),
  },
  unit: 'fraction',
  better: 'higher',
  passMark: { min: 1 },
  examples: [
    { describe: 'came to its end', params: {}, output: { finishReason: 'stop' }, value: 1 },
    { describe: 'was cut off', params: {}, output: { finishReason: 'length' }, value: 0 },
    { describe: 'called a tool', params: { reason: 'tool-calls' }, output: { finishReason: 'tool-calls' }, value: 1 },
    { describe: 'unknown', params: {}, output: { finishReason: null }, value: null },
  ],
  score: ({ params: { reason }, output: { finishReason } }) =>
    finishReason === null
      ? noScore('the provider did not say why the model stopped')
      : yesOrNo(
          finishReason === reason,
          `finished with ${finishReason}`,
          `finished with ${finishReason} instead of ${reason}`,
        ),
});
