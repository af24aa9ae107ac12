import { formatUsd } from '../core/text/format.js';
import { defineMetric } from './contract.js';
import { noScore } from './score-result.js';

/** What the answer cost. */
export const cost = defineMetric({
  type: 'cost',
  describe:
    'What the answer cost in US dollars: its tokens at the present prices, or what the provider says. A replayed answer costs what its live call would cost. No score when the price of the model or its token counts are unknown.',
  params: {},
  unit: 'usd',
  better: 'lower',
  ofWholeSample: true,
  examples: [
    { describe: 'a known price', params: {}, output: { usd: 0.0021 }, value: 0.0021 },
    { describe: 'free of charge', params: {}, output: { usd: 0 }, value: 0 },
    { describe: 'an unknown price', params: {}, output: { usd: null }, value: null },
  ],
  score: ({ output: { usd } }) =>
    usd === null
      ? noScore('the cost is unknown: no price for the model, or no token counts')
      : { value: usd, reason: `cost ${formatUsd(usd)}` },
});
