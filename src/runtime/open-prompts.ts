import { resolve } from 'node:path';
import { LlmciError } from '../core/text/errors.js';
import type { Snapshot } from '../model/snapshot.js';
import { readSnapshot } from '../store/environments.js';
import { keepSnapshot, readSnapshotFile } from '../store/snapshot-file.js';
import { openStateFolder } from '../store/state-folder.js';
import type { OpenOptions, Prompts, RuntimeStatus } from './prompts.js';
import { Resolver } from './resolver.js';

/** Where a state comes from, and how one hears of the next. */
interface Origin {
  read(): Promise<Snapshot>;
  watch(changed: () => void): () => void;
}

/**
 * Opens what is live in an environment and follows its changes. When the store cannot be read it goes on with the last known
 * state, at the start with that of a file. Throws LlmciError when there is neither.
 */
export async function openPrompts<
  Variables extends Readonly<Record<string, object>> = Readonly<Record<string, object>>,
>({
  environment,
  state = 'releases',
  lastKnown = `.llmci/last-known/${environment}.json`,
  onError = () => undefined,
}: OpenOptions): Promise<Prompts<Variables>> {
  const origin = originOf(environment, resolve(state), state);
  const kept = lastKnown === null ? null : resolve(lastKnown);
  const tell = (error: unknown) => onError(error instanceof Error ? error : new Error(String(error)));
  let from: RuntimeStatus['from'] = 'store';
  let resolver: Resolver | null = null;

  const refresh = async () => {
    try {
      const snapshot = await origin.read();
      from = 'store';
      if (snapshot.hash === resolver?.snapshot.hash) return;
      resolver = new Resolver(snapshot, resolver);
      if (kept !== null) await keepSnapshot(kept, snapshot).catch(tell);
    } catch (error) {
      from = 'last-known';
      if (resolver === null) resolver = new Resolver(await lastKnownOf(environment, kept, error), null);
      tell(error);
    }
  };
  await refresh();
  const stop = origin.watch(() => void refreshInTurn());
  let turn: Promise<void> = Promise.resolve();
  // One after the other: an older state must not be put over a newer one
  const refreshInTurn = () => {
    turn = turn.then(refresh);
    return turn;
  };

  const current = () => {
    if (resolver === null) throw new Error('it was opened without a state');
    return resolver;
  };
  return {
    resolve: (id, options = {}) => current().resolve(id, options),
    status: () => {
      const { line, at } = current().snapshot;
      return { environment, line, at, from };
    },
    refresh: refreshInTurn,
    close: async () => {
      stop();
      await turn;
    },
  };
}

function originOf(environment: string, place: string, name: string): Origin {
  if (place.endsWith('.json')) {
    const read = async () => {
      const snapshot = await readSnapshotFile(place);
      if (snapshot?.environment === environment) return snapshot;
      const why = snapshot ? `it is of ${snapshot.environment}` : 'there is no such file';
      throw new LlmciError('bad-snapshot', { path: name, why });
    };
    return { read, watch: () => () => undefined };
  }
  const store = openStateFolder(place, name);
  return { read: () => readSnapshot(store, environment), watch: (changed) => store.watch(changed) };
}

/** The state of a file that was kept; what kept the store from being read, when there is none. */
async function lastKnownOf(environment: string, kept: string | null, error: unknown): Promise<Snapshot> {
  const snapshot = kept === null ? null : await readSnapshotFile(kept).catch(() => null);
  if (snapshot?.environment === environment) return snapshot;
  throw error;
}
