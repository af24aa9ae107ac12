import { contains } from './contains.js';
import type { AnyMetric } from './define.js';
import { equals } from './equals.js';
import { latency } from './latency.js';

/** THE list of built-in metrics. A new one is its file and a line here. */
export const builtInMetrics: readonly AnyMetric[] = [equals, contains, latency];
