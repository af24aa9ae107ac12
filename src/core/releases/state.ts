import type { LedgerLine, Moved, RecordedPlan } from '../../model/ledger.js';
import type { Person } from '../../model/person.js';
import type { ReleaseRef } from '../../model/release.js';
import { type Head, NO_HEAD } from './chain.js';

/** A release that is live in an environment. */
export interface Live {
  readonly release: ReleaseRef;
  /** When it became so, and by which line on whose word. */
  readonly since: string;
  readonly line: number;
  readonly by: Person;
  /** Of the change that it was; null after a rollback, which asks for none. */
  readonly moved: Moved | null;
  /** Why policy was gone over; null where it was not. */
  readonly override: { readonly reason: string; readonly refused: readonly string[] } | null;
}

/** A release on its way in, beside what is live. */
export interface Rollout {
  /** The number of the line that started it. */
  readonly line: number;
  readonly releases: readonly Moved[];
  readonly plan: RecordedPlan;
  /** The share of units that get the candidates. */
  readonly weight: number;
  readonly paused: boolean;
  readonly since: string;
  readonly weightSince: string;
  readonly by: Person;
}

export interface Hold {
  readonly release: ReleaseRef;
  readonly since: string;
  readonly by: Person;
  readonly reason: string;
}

/** The line of a yes that still counts. */
export type Approval = Extract<LedgerLine, { readonly action: 'approve' }>;

/** What is so in an environment after some lines of its ledger. Maps have the ids of prompts as keys. */
export interface EnvironmentState {
  readonly head: Head;
  readonly live: ReadonlyMap<string, Live>;
  /** What was live before, the last one last: the way that rollbacks go. */
  readonly earlier: ReadonlyMap<string, readonly ReleaseRef[]>;
  /** All that has ever been live, by number. */
  readonly served: ReadonlyMap<string, ReadonlyMap<number, ReleaseRef>>;
  readonly rollouts: readonly Rollout[];
  readonly holds: readonly Hold[];
  readonly approvals: readonly Approval[];
  /** The first line that was signed: from then on all that have to be are. Null for none. */
  readonly signedSince: number | null;
}

export const EMPTY_STATE: EnvironmentState = {
  head: NO_HEAD,
  live: new Map(),
  earlier: new Map(),
  served: new Map(),
  rollouts: [],
  holds: [],
  approvals: [],
  signedSince: null,
};

export function holdOf({ holds }: EnvironmentState, { prompt, digest }: ReleaseRef): Hold | null {
  return holds.find(({ release }) => release.prompt === prompt && release.digest === digest) ?? null;
}

export function rolloutOf({ rollouts }: EnvironmentState, prompt: string): Rollout | null {
  return rollouts.find(({ releases }) => releases.some((moved) => moved.prompt === prompt)) ?? null;
}

/** The release that a rollback goes to: the last one before that is not held and another than what is live. Null for none. */
export function releaseBefore(state: EnvironmentState, prompt: string): ReleaseRef | null {
  const live = state.live.get(prompt)?.release;
  const earlier = state.earlier.get(prompt) ?? [];
  return earlier.findLast((release) => release.digest !== live?.digest && holdOf(state, release) === null) ?? null;
}

export function refOf({ prompt, number, digest, hash }: ReleaseRef): ReleaseRef {
  return { prompt, number, digest, hash };
}

/** The name of a rollout, by which units are assigned: the line that began it is never another's. */
export function rolloutName(environment: string, line: number): string {
  return `${environment}-${line}`;
}
