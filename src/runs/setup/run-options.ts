import type { Manifest, RunMode, Shard } from '../../model/manifest.js';
import type { Shards } from '../../store/shard-file.js';
import type { Selection } from './select.js';

/** What a run is asked for. */
export interface RunOptions {
  readonly selection: Selection;
  readonly mode: RunMode;
  readonly cache: boolean;
  /** In place of what the providers' entries say. */
  readonly concurrency: number | null;
  readonly timeoutMs: number | null;
  /** The deadline of the run, from its start; null for what llmci.yaml says. */
  readonly maxTimeMs: number | null;
  readonly budgetUsd: number | null;
  /** Answer in batches: cheaper, and within a day. */
  readonly batch: boolean;
  readonly allowNoGates: boolean;
  readonly failFast: boolean;
  /** What gates compare with: null for the committed baselines, else `git:REF`, a baseline's file or a run. */
  readonly baseline: string | null;
  /** Varies every random choice that a verdict hangs on; null for the fixed one. */
  readonly seed: number | null;
  /** The folder for runs and the cache. */
  readonly out: string;
}

/** Results that a plan has already: those of a run that goes on, or those of all its parts. */
export type Past =
  | { readonly kind: 'resume'; readonly manifest: Manifest }
  | { readonly kind: 'merge'; readonly shards: Shards };

/** How a run starts: what it was asked besides, and what is there already. */
export interface StartOptions extends RunOptions {
  /** Models that the project was loaded with, in place of those in its files. */
  readonly models: readonly string[];
  /** The configuration that the project was loaded with, by its path from the root; null for llmci.yaml. */
  readonly config: string | null;
  /** The part of the plan to run; null for all of it. Gates are judged when all parts are there. */
  readonly shard: Shard | null;
  /** Results that are there already; null for a run that starts from nothing. */
  readonly past: Past | null;
}
