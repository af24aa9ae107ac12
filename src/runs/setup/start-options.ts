import type { Manifest, Shard } from '../../model/manifest.js';
import type { RunSettings } from '../../model/run-settings.js';
import type { Protection } from '../../model/weakening.js';
import type { Shards } from '../../store/shard-file.js';

/** Results that a plan has already: those of a run that goes on, those of all its parts, or outputs that are scored anew. */
export type Past =
  | { readonly kind: 'resume'; readonly manifest: Manifest }
  | { readonly kind: 'merge'; readonly shards: Shards }
  | { readonly kind: 'rescore'; readonly runId: string };

/** How a run starts: what it was asked, where it is kept, and what is there already. */
export interface StartOptions extends RunSettings {
  /** The folder for runs and the cache. */
  readonly out: string;
  /** The part of the plan to run; null for all of it. Gates are judged when all parts are there. */
  readonly shard: Shard | null;
  /** Results that are there already; null for a run that starts from nothing. */
  readonly past: Past | null;
  /** What the change that is checked out does to what judges it; null or not there when there is nothing to compare with. */
  readonly protection?: Protection | null;
}
