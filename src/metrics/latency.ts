import { defineMetric } from './contract.js';

/** How long the answer took. */
export const latency = defineMetric({
  type: 'latency',
  describe: 'Time from the request to the whole answer, as measured when it was made live (also for replayed answers).',
  params: {},
  unit: 'ms',
  better: 'lower',
  examples: [
    { describe: 'a measured call', params: {}, output: { latencyMs: 840 }, value: 840 },
    { describe: 'not measured', params: {}, output: { latencyMs: null }, value: null },
  ],
  score: ({ output }) => ({
    value: output.latencyMs,
    reason: output.latencyMs === null ? 'no latency was recorded' : `took ${Math.round(output.latencyMs)} ms`,
  }),
});
