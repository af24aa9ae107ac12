import { type ModelServer, startModelServer } from '../model-server.js';
import { type Behaviour, inOrder } from './behaviour.js';
import type { Limit } from './token-bucket.js';

/** The options of a server in a child process: plain JSON, so a list of behaviours in place of a function. */
export interface ServeOptions {
  /** The delay of the default answer in ms. */
  readonly delayMs?: number;
  /** What happens to the first chat calls, in order; the last one repeats. The default answer unless given. */
  readonly script?: readonly [Behaviour, ...(readonly Behaviour[])];
  readonly models?: readonly string[];
  readonly limit?: Limit;
  readonly requireKeys?: boolean;
  /** True counts how often each user message was answered, see `Stats`. */
  readonly countTexts?: boolean;
}

/**
 * Starts a server that only counts its calls.
 * @public the entry point of the child process, called by run.mjs
 */
export function serve({ script, ...options }: ServeOptions): Promise<ModelServer> {
  return startModelServer({ ...options, keepCalls: false, ...(script && { respond: inOrder(...script) }) });
}
