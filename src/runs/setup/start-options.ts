import type { Manifest, Shard } from '../../model/manifest.js';
import type { RunSettings } from '../../model/run-settings.js';
import type { Protection } from '../../model/weakening.js';
import type { Shards } from '../../store/runs/shard-file.js';

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
  /** Why not all suites are run, when a change was asked for that touches only some. */
  readonly affected?: AffectedOnly;
  /** Where what is judged comes from, when the project is that of a trusted commit. */
  readonly trusted?: TrustedOf;
}

/** A run whose prompts and datasets are of another state than the rest of its project. */
export interface TrustedOf {
  /** The root of the working tree that they are of. */
  readonly root: string;
  readonly notes: readonly string[];
}

/** The suites that a change can touch, of all that there are. */
export interface AffectedOnly {
  /** Which are left out, by their ids. */
  readonly leftOut: readonly string[];
  /** What the reader of the verdict has to know of it. */
  readonly notes: readonly string[];
}
