import { defineMetric } from './contract.js';

/** How long the first piece of the answer took. */
export const firstToken = defineMetric({
  type: 'first-token',
  describe:
    'Time from the request to the first piece of an answer that came as a stream (`stream: true` in the entry of the provider), in the live call. Missing where it came whole.',
  params: {},
  unit: 'ms',
  better: 'lower',
  examples: [
    { describe: 'a streamed answer', params: {}, output: { firstTokenMs: 240 }, value: 240 },
    { describe: 'an answer that came whole', params: {}, output: {}, value: null },
  ],
  score: ({ output: { firstTokenMs } }) => ({
    value: firstTokenMs ?? null,
    reason:
      firstTokenMs === undefined
        ? 'the answer did not come as a stream; write stream: true in the entry of its provider in llmci.yaml'
        : `began after ${Math.round(firstTokenMs)} ms`,
  }),
});
