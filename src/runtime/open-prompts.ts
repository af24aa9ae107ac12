import { resolve } from 'node:path';
import { LlmciError } from '../core/text/errors.js';
import { asError } from '../core/text/thrown.js';
import type { Snapshot } from '../model/snapshot.js';
import { keepSnapshot, readSnapshotFile } from '../store/files/snapshot-file.js';
import { type Origin, originOf } from './origin.js';
import type { OpenOptions, Prompts, RuntimeStatus } from './prompts.js';
import { Resolver } from './resolver.js';

/** How often a resolver says that it is there. */
const REPORT_MS = 30_000;

/**
 * Opens what is live in an environment and follows its changes. When the store cannot be read it goes on with the last known
 * state, at the start with that of a file. Throws LlmciError when there is neither.
 */
export async function openPrompts<
  Variables extends Readonly<Record<string, object>> = Readonly<Record<string, object>>,
>({
  environment,
  state = 'releases',
  lastKnown = `.llmci/last-known/${environment}.json`,
  onError = () => undefined,
  withheld = new Set(),
  cwd = '.',
}: OpenOptions): Promise<Prompts<Variables>> {
  const kept = lastKnown === null ? null : resolve(cwd, lastKnown);
  const origin = originOf(environment, state, resolve(cwd), kept);
  const tell = (error: unknown) => onError(asError(error));
  let from: RuntimeStatus['from'] = 'store';
  let resolver: Resolver | null = null;

  // That it cannot be told changes nothing of what is served
  const report = async () => {
    if (from === 'store' && resolver !== null) await origin.report(resolver.snapshot).catch(() => undefined);
  };
  const refresh = async () => {
    try {
      const snapshot = await origin.read();
      if (resolver !== null) requireNotOlder(snapshot, resolver.snapshot);
      from = 'store';
      if (snapshot.hash === resolver?.snapshot.hash) return;
      resolver = new Resolver(snapshot, resolver, withheld);
      await report();
      if (kept !== null) await keepSnapshot(kept, snapshot).catch(tell);
    } catch (error) {
      from = 'last-known';
      if (resolver === null) {
        const held = (await lastKnownOf(environment, kept, tell)) ?? (await provedOf(origin, error));
        if (held === null) throw error;
        resolver = new Resolver(held, null, withheld);
      }
      tell(error);
    }
  };
  let turn: Promise<void> = Promise.resolve();
  // One after the other: an older state must not be put over a newer one
  const refreshInTurn = () => {
    turn = turn.catch(() => undefined).then(refresh);
    return turn;
  };
  // Before anything is read: what changes meanwhile is heard of
  const stop = origin.watch(() => void refreshInTurn().catch(() => undefined));
  try {
    await refreshInTurn();
  } catch (error) {
    stop();
    await origin.close();
    throw error;
  }
  const alive = setInterval(() => void report(), REPORT_MS).unref();

  const current = () => {
    if (resolver === null) throw new Error('it was opened without a state');
    return resolver;
  };
  return {
    resolve: (id, options = {}) => current().resolve(id, options),
    candidate: (id, options = {}) => current().candidate(id, options),
    status: () => {
      const { line, at } = current().snapshot;
      return { environment, line, at, from };
    },
    snapshot: () => current().snapshot,
    refresh: refreshInTurn,
    close: async () => {
      clearInterval(alive);
      stop();
      await turn;
      await origin.close();
    },
  };
}

/** A ledger only grows: an older copy of one would bring back what was rolled back since. */
function requireNotOlder({ environment, line, hash }: Snapshot, known: Snapshot): void {
  if (line > known.line || hash === known.hash) return;
  throw new LlmciError('older-ledger', { environment, line: String(line), known: String(known.line) });
}

/** The state of a file that was kept; null when there is none that can be believed. */
async function lastKnownOf(
  environment: string,
  kept: string | null,
  tell: (error: unknown) => void,
): Promise<Snapshot | null> {
  if (kept === null) return null;
  try {
    const snapshot = await readSnapshotFile(kept);
    return snapshot?.environment === environment ? snapshot : null;
  } catch (error) {
    tell(error);
    return null;
  }
}

/** Where the newest state rests on what nobody has signed, the newest that does not: an app that starts has to have one. */
async function provedOf(origin: Origin, error: unknown): Promise<Snapshot | null> {
  if (!(error instanceof LlmciError) || error.code !== 'unproved-state') return null;
  return origin.readProved().catch(() => null);
}
