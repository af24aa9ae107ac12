import { defineMetric } from './contract.js';

/** How long the answer took. */
export const latency = defineMetric({
  type: 'latency',
  describe:
    'Time from the request to the complete answer, in the live call. For a replayed answer it is that of the recorded call.',
  params: {},
  unit: 'ms',
  better: 'lower',
  ofWholeSample: true,
  examples: [
    { describe: 'a measured call', params: {}, output: { latencyMs: 840 }, value: 840 },
    { describe: 'not measured', params: {}, output: { latencyMs: null }, value: null },
  ],
  score: ({ output }) => ({
    value: output.latencyMs,
    reason: output.latencyMs === null ? 'no latency was recorded' : `took ${Math.round(output.latencyMs)} ms`,
  }),
});
