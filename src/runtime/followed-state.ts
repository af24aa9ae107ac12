import { LlmciError } from '../core/text/errors.js';
import type { Snapshot } from '../model/snapshot.js';
import { keepSnapshot, readSnapshotFile } from '../store/files/snapshot-file.js';
import type { Origin } from './origin.js';
import type { Rollouts, RuntimeStatus } from './prompts.js';
import { Resolver } from './resolver.js';

interface FollowedParts {
  readonly environment: string;
  readonly origin: Origin;
  /** The file that the last known state is kept in, absolute; null for none. */
  readonly kept: string | null;
  readonly withheld: Rollouts;
  /** Told what went wrong and changes nothing of what is served. */
  readonly tell: (error: unknown) => void;
}

/** The newest state of an environment that could be read, and the resolver that goes by it. */
export class FollowedState {
  readonly #parts: FollowedParts;
  #resolver: Resolver | null = null;
  #from: RuntimeStatus['from'] = 'store';
  #turn: Promise<void> = Promise.resolve();

  constructor(parts: FollowedParts) {
    this.#parts = parts;
  }

  /** There is one as soon as `refresh` has resolved once. */
  get resolver(): Resolver {
    if (this.#resolver === null) throw new Error('it was opened without a state');
    return this.#resolver;
  }

  /** Where the state was read. */
  get from(): RuntimeStatus['from'] {
    return this.#from;
  }

  /** Reads the state anew. Rejects only where nothing is known of one. */
  refresh(): Promise<void> {
    // One after the other: an older state must not be put over a newer one
    this.#turn = this.#turn.catch(() => undefined).then(() => this.#read());
    return this.#turn;
  }

  /** Resolves, or rejects, as the last `refresh` does. */
  settled(): Promise<void> {
    return this.#turn;
  }

  /** Says which state is gone by. That it cannot be told changes nothing of what is served. */
  async report(): Promise<void> {
    if (this.#from === 'store' && this.#resolver !== null)
      await this.#parts.origin.report(this.#resolver.snapshot).catch(() => undefined);
  }

  async #read(): Promise<void> {
    const { origin, kept, withheld, tell } = this.#parts;
    try {
      const snapshot = await origin.read();
      if (this.#resolver !== null) requireNotOlder(snapshot, this.#resolver.snapshot);
      this.#from = 'store';
      if (snapshot.hash === this.#resolver?.snapshot.hash) return;
      this.#resolver = new Resolver(snapshot, this.#resolver, withheld);
      await this.report();
      if (kept !== null) await keepSnapshot(kept, snapshot).catch(tell);
    } catch (error) {
      this.#from = 'last-known';
      this.#resolver ??= new Resolver(await this.#lastKnown(error), null, withheld);
      tell(error);
    }
  }

  /** What an app starts with that cannot read the newest state. Rejects with `error` when there is none. */
  async #lastKnown(error: unknown): Promise<Snapshot> {
    const { environment, origin, kept, tell } = this.#parts;
    const held = (await lastKnownOf(environment, kept, tell)) ?? (await provedOf(origin, error));
    if (held === null) throw error;
    return held;
  }
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
