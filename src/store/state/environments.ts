import type { CheckSignature } from '../../core/releases/allowed-signers.js';
import { type LedgerFault, readLedger } from '../../core/releases/chain.js';
import { fold } from '../../core/releases/fold.js';
import { doubtOf, type Lines } from '../../core/releases/grounds.js';
import { refFault, releaseFault } from '../../core/releases/releases.js';
import { signatureFault } from '../../core/releases/signing.js';
import { releasesIn, snapshotOf } from '../../core/releases/snapshot.js';
import { EMPTY_STATE, type EnvironmentState } from '../../core/releases/state.js';
import { LlmciError } from '../../core/text/errors.js';
import { type LedgerLine, ledgerLineSchema } from '../../model/ledger.js';
import type { Release, ReleaseRef } from '../../model/release.js';
import type { Snapshot } from '../../model/snapshot.js';
import type { Checkpoints } from './checkpoints.js';
import { type LedgerTexts, textsIn } from './ledger-texts.js';
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

const NOTHING_KEPT = { state: EMPTY_STATE, length: 0 };

/** What is so in an environment, and the lines it is made of. */
export interface ReadState {
  readonly state: EnvironmentState;
  readonly lines: Lines;
}

/**
 * What is so in an environment, for who only shows or serves it: of a ledger that has a checkpoint only the lines behind that
 * are folded. Throws as `readEnvironment` does.
 */
export async function readState(
  store: StateStore,
  environment: string,
  checkpoints: Checkpoints | null,
): Promise<ReadState> {
  const ledger = await store.readLedger(environment);
  if (ledger === null) return { state: EMPTY_STATE, lines: linesOf({ texts: [] }, [], 0) };
  const { state: from, length } = (await checkpoints?.read(environment, ledger)) ?? NOTHING_KEPT;
  const texts = length === 0 ? ledger.texts : textsIn(ledger.whole.slice(length));
  const { lines, fault } = readLedger(texts, ledger.anchor, from.head);
  const folded = fold(lines, from);
  const broken = folded.fault ?? fault;
  if (broken) throw ledgerError(store, environment, broken);
  // That none can be kept costs time, and nothing else
  await checkpoints?.keep(environment, ledger, folded.state).catch(() => undefined);
  return { state: folded.state, lines: linesOf(ledger, lines, from.head.n) };
}

/** Those behind a checkpoint have been read already. */
function linesOf(ledger: Pick<LedgerTexts, 'texts'>, read: readonly LedgerLine[], before: number): Lines {
  return {
    get texts() {
      return ledger.texts;
    },
    at: (n) => read[n - 1 - before] ?? ledgerLineSchema.parse(JSON.parse(ledger.texts[n - 1] ?? '')),
  };
}

/** Throws `unproved-state` where a state rests on a line that has to be signed and is not. `check` is null where names are believed. */
export function requireProved(
  store: StateStore,
  environment: string,
  { state, lines }: ReadState,
  check: CheckSignature | null,
): void {
  const doubt = check && doubtOf(state, lines, (line) => signatureFault(check, environment, line));
  if (doubt === null) return;
  const { line, why } = doubt;
  throw new LlmciError('unproved-state', { store: store.name, environment, line: String(line), why });
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

/**
 * All that an app needs of an environment. Throws `no-ledger` when nothing was ever live there, `unproved-state`, and what
 * reading throws. `check` is null where names are believed.
 */
export async function readSnapshot(
  store: StateStore,
  environment: string,
  check: CheckSignature | null,
  checkpoints: Checkpoints | null = null,
): Promise<Snapshot> {
  const read = await readState(store, environment, checkpoints);
  requireProved(store, environment, read, check);
  return snapshotIn(store, environment, read.state);
}

/** The same of the newest state that holds: for who has to begin with one. Throws `no-ledger` where none does. */
export async function readProvedSnapshot(
  store: StateStore,
  environment: string,
  check: CheckSignature,
): Promise<Snapshot> {
  const { lines } = await readState(store, environment, null);
  const all = lines.texts.map((_, index) => lines.at(index + 1));
  for (let length = all.length; length > 0; ) {
    const { state } = fold(all.slice(0, length));
    const part = { ...lines, texts: lines.texts.slice(0, length) };
    const doubt = doubtOf(state, part, (line) => signatureFault(check, environment, line));
    if (doubt === null) return snapshotIn(store, environment, state);
    length = doubt.line - 1;
  }
  throw new LlmciError('no-ledger', { environment, store: store.name });
}

async function snapshotIn(store: StateStore, environment: string, state: EnvironmentState): Promise<Snapshot> {
  const releases = new Map<string, Release>();
  for (const ref of releasesIn(state)) releases.set(ref.hash, await readReferred(store, ref));
  const snapshot = snapshotOf(environment, state, releases);
  if (snapshot === null) throw new LlmciError('no-ledger', { environment, store: store.name });
  return snapshot;
}
