import { join } from 'node:path';
import type { CachePolicy } from '../model/cache.js';
import { Cache } from './cache.js';
import { EntryStore } from './entry-store.js';

/** What is kept from run to run. */
export interface Caches {
  /** Answers of models; null when none are looked for or kept. */
  readonly answers: Cache | null;
  /** Embeddings that services made; null when none are looked for or kept. */
  readonly vectors: EntryStore | null;
}

/** The caches in a folder for runs. With `offline` answers come from recordings alone. */
export function openCaches(
  out: string,
  policy: CachePolicy,
  { now, offline }: { readonly now: () => number; readonly offline: boolean },
): Caches {
  const folder = join(out, 'cache');
  return {
    answers: offline ? null : new Cache(new EntryStore(folder, policy, now)),
    vectors: new EntryStore(join(folder, 'vectors'), policy, now),
  };
}
