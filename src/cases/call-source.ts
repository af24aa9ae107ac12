import type { KnownCall } from '../model/kept-call.js';
import type { Provenance } from '../model/provenance.js';
import type { FoundDocument } from './documents.js';

/** Where live calls are read from. */
export interface CallSource {
  readonly name: Provenance['from'];
  readonly describe: string;
  /** The names of its files, where a folder is given. */
  readonly isFile: (name: string) => boolean;
  /** The calls of all files together, and how many values were none, by why. */
  readonly read: (documents: readonly FoundDocument[]) => FoundCalls;
}

export interface FoundCalls {
  readonly calls: readonly KnownCall[];
  readonly unread: ReadonlyMap<string, number>;
}

/** Counts by a word. */
export function countUp(counts: Map<string, number>, word: string): void {
  counts.set(word, (counts.get(word) ?? 0) + 1);
}

/** A call of which a source tells nothing but what it was. */
export const UNKNOWN_CALL: Omit<KnownCall, 'id'> = {
  at: null,
  environment: null,
  prompt: null,
  release: null,
  digest: null,
  arm: null,
  rollout: null,
  model: null,
  vars: {},
  messages: null,
  answer: null,
  error: null,
  latencyMs: null,
  usd: null,
  scores: [],
  outcomes: [],
};
