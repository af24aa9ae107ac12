import type { CallSource } from './call-source.js';
import { langfuse } from './langfuse.js';
import { otlp } from './otlp.js';
import { traffic } from './traffic.js';

/** THE list of what cases are made of. */
export const callSources: readonly CallSource[] = [traffic, otlp, langfuse];
