import type { CachePolicy } from '../../model/cache.js';
import { ownPlace } from '../files/places.js';
import { Cache } from './cache.js';
import { EntryStore } from './entry-store.js';

/** What is kept from run to run. */
export interface Caches {
  /** Answers of models; null when none are looked for or kept. */
  readonly answers: Cache | null;
  /** Embeddings that services made; null when none are looked for or kept. */
  readonly vectors: EntryStore | null;
}

/**
 * The caches in a folder for runs. With `offline` answers come from recordings alone; a run that is `recording` keeps its
 * answers here and takes none: what goes into a cassette is what the model says now, not what lay about. Throws `bad-link`.
 */
export function openCaches(
  out: string,
  policy: CachePolicy,
  { now, offline, recording }: { readonly now: () => number; readonly offline: boolean; readonly recording: boolean },
): Caches {
  const folder = ownPlace(out, 'cache');
  const kept = { ...policy, read: policy.read && !recording };
  return {
    answers: offline ? null : new Cache(new EntryStore(folder, kept, now)),
    vectors: new EntryStore(ownPlace(folder, 'vectors'), policy, now),
  };
}
