import { resolve } from 'node:path';
import { asError } from '../core/text/thrown.js';
import { FollowedState } from './followed-state.js';
import { checkOptions } from './open-options.js';
import { originOf } from './origin.js';
import type { OpenOptions, Prompts } from './prompts.js';

/** How often a resolver says that it is there. */
const REPORT_MS = 30_000;

/**
 * Opens what is live in an environment and follows its changes. When the store cannot be read it goes on with the last known
 * state, at the start with that of a file. Throws LlmciError when there is neither, and for an option that is none.
 */
export async function openPrompts<
  Variables extends Readonly<Record<string, object>> = Readonly<Record<string, object>>,
>(options: OpenOptions): Promise<Prompts<Variables>> {
  checkOptions(options);
  const { environment, state = 'releases', onError = () => undefined, withheld = new Set(), cwd = '.' } = options;
  const { lastKnown = `.llmci/last-known/${environment}.json` } = options;
  const kept = lastKnown === null ? null : resolve(cwd, lastKnown);
  const origin = originOf(environment, state, resolve(cwd), kept);
  const tell = (error: unknown) => onError(asError(error));
  const followed = new FollowedState({ environment, origin, kept, withheld, tell });
  // Before anything is read: what changes meanwhile is heard of
  const stop = origin.watch(() => void followed.refresh().catch(() => undefined));
  try {
    await followed.refresh();
  } catch (error) {
    stop();
    await origin.close();
    throw error;
  }
  const alive = setInterval(() => void followed.report(), REPORT_MS).unref();
  return {
    resolve: (id, options = {}) => followed.resolver.resolve(id, options),
    candidate: (id, options = {}) => followed.resolver.candidate(id, options),
    status: () => {
      const { line, at } = followed.resolver.snapshot;
      return { environment, line, at, from: followed.from };
    },
    snapshot: () => followed.resolver.snapshot,
    refresh: () => followed.refresh(),
    close: async () => {
      clearInterval(alive);
      stop();
      await followed.settled();
      await origin.close();
    },
  };
}
