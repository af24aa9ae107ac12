import { z } from 'zod';
import { defineMetric } from '../metrics/contract.js';
import { builtInMetrics } from '../metrics/index.js';

/**
 * Any metric of llmci, named by a parameter: what a thread loads in place of a module of the project. Its result is checked
 * as that of the metric where it arrives.
 */
const anyMetric = defineMetric({
  type: 'any-metric',
  describe: 'What the metric of a name says.',
  params: { type: z.string(), params: z.unknown() },
  unit: 'number',
  better: 'higher',
  examples: [],
  score({ params: { type, params }, ...input }) {
    const metric = builtInMetrics.find((each) => each.type === type);
    if (!metric) throw new Error(`there is no metric ${type}`);
    // Checked by this metric's own schema, before they were sent here
    return metric.score({ ...input, params: params as never });
  },
});
export default anyMetric;
