import { type LedgerFault, readLedger } from '../core/releases/chain.js';
import { fold } from '../core/releases/fold.js';
import { refFault, releaseFault } from '../core/releases/releases.js';
import { releasesIn, snapshotOf } from '../core/releases/snapshot.js';
import { EMPTY_STATE, type EnvironmentState } from '../core/releases/state.js';
import { LlmciError } from '../core/text/errors.js';
import type { LedgerLine } from '../model/ledger.js';
import type { Release, ReleaseRef } from '../model/release.js';
import type { Snapshot } from '../model/snapshot.js';
import type { Checkpoints } from './checkpoints.js';
import type { StateStore } from './state-store.js';

/** A ledger with what is so after it. */
export interface ReadEnvironment {
  readonly lines: readonly LedgerLine[];
  readonly state: EnvironmentState;
  /** Whether there is a ledger at all. */
  readonly begun: boolean;
}

/** Reads a ledger whole. Throws `broken-ledger` and `newer-ledger`: what cannot be believed says nothing of what is live. */
export async function readEnvironment(store: StateStore, environment: string): Promise<ReadEnvironment> {
  const ledger = await store.readLedger(environment);
  if (ledger === null) return { lines: [], state: EMPTY_STATE, begun: false };
  const { lines, fault } = readLedger(ledger.texts, ledger.anchor);
  const folded = fold(lines);
  const broken = folded.fault ?? fault;
  if (broken) throw ledgerError(store, environment, broken);
  return { lines, state: folded.state, begun: true };
}

/**
 * What is so in an environment, for who only shows or serves it: of a ledger that has a checkpoint only the lines behind that
 * are folded. Throws as `readEnvironment` does.
 */
export async function readState(
  store: StateStore,
  environment: string,
  checkpoints: Checkpoints | null,
): Promise<EnvironmentState> {
  const ledger = await store.readLedger(environment);
  if (ledger === null) return EMPTY_STATE;
  const { texts, anchor } = ledger;
  const from = (await checkpoints?.read(environment, texts, anchor)) ?? EMPTY_STATE;
  const { lines, fault } = readLedger(texts.slice(from.head.n), anchor, from.head);
  const folded = fold(lines, from);
  const broken = folded.fault ?? fault;
  if (broken) throw ledgerError(store, environment, broken);
  // That none can be kept costs time, and nothing else
  await checkpoints?.keep(environment, texts, folded.state).catch(() => undefined);
  return folded.state;
}

function ledgerError(store: StateStore, environment: string, { line, why, newer }: LedgerFault): LlmciError {
  return new LlmciError(newer ? 'newer-ledger' : 'broken-ledger', {
    ...{ store: store.name, environment, line: String(line), why },
  });
}

/** The release that a ledger speaks of. Throws `broken-release`, also when its file is gone. */
export async function readReferred(store: StateStore, ref: ReleaseRef): Promise<Release> {
  const release = await store.readRelease(ref.prompt, ref.number);
  const why = release === null ? 'its file is gone' : (releaseFault(release) ?? refFault(release, ref));
  if (release === null || why !== null)
    throw new LlmciError('broken-release', {
      store: store.name,
      release: `${ref.prompt}@${ref.number}`,
      why: why ?? '',
    });
  return release;
}

/** All that an app needs of an environment. Throws `no-ledger` when nothing was ever live there, and what reading throws. */
export async function readSnapshot(
  store: StateStore,
  environment: string,
  checkpoints: Checkpoints | null = null,
): Promise<Snapshot> {
  const state = await readState(store, environment, checkpoints);
  const releases = new Map<string, Release>();
  for (const ref of releasesIn(state)) releases.set(ref.hash, await readReferred(store, ref));
  const snapshot = snapshotOf(environment, state, releases);
  if (snapshot === null) throw new LlmciError('no-ledger', { environment, store: store.name });
  return snapshot;
}
