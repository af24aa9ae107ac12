import type { Evidence } from '../../model/evidence.js';
import type { Person } from '../../model/person.js';
import type { Risk } from '../../model/prompt.js';
import type { ReleaseRef } from '../../model/release.js';
import type { Approval, EnvironmentState } from './state.js';

/** A release that somebody wants to be live, with what policy asks of it. */
export interface Wished {
  readonly release: ReleaseRef;
  /** Who has a hand in it: none of them may approve it. */
  readonly authors: readonly Person[];
  /** Of the change against what is live in the environment now. */
  readonly risk: Risk;
  /** The model that it asks, as runs name it; null where it names none. */
  readonly model: string | null;
  /** The newest of its digest; null for none. */
  readonly evidence: Evidence | null;
  /** Why nobody is known to have signed it; null when somebody has, and where that is not asked. */
  readonly unattested: string | null;
}

/** What is so where it is to go, and where it has to come from. */
export interface Around {
  readonly name: string;
  readonly here: EnvironmentState;
  /** Approvals that do not count, where signers are named; none by default. */
  readonly unverified?: readonly Approval[];
  /** Holds that were lifted without the signature that this takes, where signers are named: they stand. */
  readonly lifted?: readonly Lifted[];
  /** Null when the policy names no `from`. */
  readonly from: EnvironmentState | null;
  /** ISO 8601. */
  readonly now: string;
}

/** A release whose hold a line lifts that does not count. */
export interface Lifted {
  readonly release: ReleaseRef;
  readonly line: number;
  readonly why: string;
}

/** One thing that stands against a release, and what would end that. */
export interface Reason {
  readonly prompt: string;
  readonly code: ReasonCode;
  readonly message: string;
  readonly remedy: string;
}

export type ReasonCode =
  | 'under-way'
  | 'first-beside-others'
  | 'held'
  | 'not-in-from'
  | 'on-its-way'
  | 'soak'
  | 'no-evidence'
  | 'verdict'
  | 'ungated'
  | 'filtered'
  | 'other-model'
  | 'dirty'
  | 'recorded'
  | 'old'
  | 'unattested'
  | 'approvals'
  | 'nonsense';

/** What an environment says to a wish: yes, or everything that stands against it. */
export type Decision = { readonly allowed: true } | { readonly allowed: false; readonly reasons: readonly Reason[] };

/** A reason before it is known whose. */
export type ReasonFound = Omit<Reason, 'prompt'>;

/** `support-reply@3`. */
export function nameOfRelease({ prompt, number }: Pick<ReleaseRef, 'prompt' | 'number'>): string {
  return `${prompt}@${number}`;
}
