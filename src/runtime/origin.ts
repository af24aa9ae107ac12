import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { LlmciError } from '../core/text/errors.js';
import type { Snapshot } from '../model/snapshot.js';
import { readSnapshotFile } from '../store/files/snapshot-file.js';
import { type Checkpoints, openCheckpoints } from '../store/state/checkpoints.js';
import { readProvedSnapshot, readSnapshot } from '../store/state/environments.js';
import { openState } from '../store/state/open-state.js';
import { SignersFile } from '../store/state/signers-file.js';
import { openStateFolder } from '../store/state/state-folder.js';
import type { StateStore } from '../store/state/state-store.js';
import type { OpenOptions } from './prompts.js';

/** Where the state of an environment comes from, and how one hears of the next. */
export interface Origin {
  read(): Promise<Snapshot>;
  /** The newest state that holds, where the newest of all does not; null where that cannot be told. */
  readProved(): Promise<Snapshot | null>;
  watch(changed: () => void): () => void;
  /** Says which state is gone by here, where there is a place for it. */
  report(snapshot: Snapshot): Promise<void>;
  close(): Promise<void>;
}

/** The origin that an app names: a store, or a file that was exported. `kept` is the file of the last known state; null for none. */
export function originOf(
  environment: string,
  state: NonNullable<OpenOptions['state']>,
  cwd: string,
  kept: string | null,
): Origin {
  if (typeof state === 'string' && state.endsWith('.json')) return new FileOrigin(environment, resolve(cwd, state));
  return new StoreOrigin(environment, state, cwd, kept);
}

/** Opens its store when it is first read, and again when that failed: a database may come later than the app. */
class StoreOrigin implements Origin {
  readonly #environment: string;
  readonly #state: NonNullable<OpenOptions['state']>;
  readonly #cwd: string;
  readonly #reader = `${hostname()} ${process.pid} ${randomUUID().slice(0, 8)}`;
  readonly #checkpoints: Checkpoints | null;
  readonly #signers: SignersFile;
  #store: StateStore | null = null;
  #stop: () => void = () => undefined;
  #changed: () => void = () => undefined;

  constructor(environment: string, state: NonNullable<OpenOptions['state']>, cwd: string, kept: string | null) {
    this.#checkpoints = kept === null ? null : openCheckpoints(join(dirname(kept), 'ledgers'));
    this.#environment = environment;
    this.#state = state;
    this.#cwd = cwd;
    this.#signers = new SignersFile(cwd, state);
  }

  async read(): Promise<Snapshot> {
    this.#store ??= await this.#open();
    return readSnapshot(this.#store, this.#environment, await this.#signers.read(), this.#checkpoints);
  }

  async readProved(): Promise<Snapshot | null> {
    const check = await this.#signers.read();
    return check && this.#store && readProvedSnapshot(this.#store, this.#environment, check);
  }

  watch(changed: () => void): () => void {
    this.#changed = changed;
    // Until it can be opened there is nothing to hear of
    const retry = setInterval(() => {
      if (this.#store === null) changed();
    }, RETRY_MS).unref();
    return () => clearInterval(retry);
  }

  async report({ environment, line, hash }: Snapshot): Promise<void> {
    const at = new Date().toISOString();
    await this.#store?.reports?.report(environment, { reader: this.#reader, line, hash, at });
  }

  async close(): Promise<void> {
    this.#stop();
    await this.#store?.reports?.leave(this.#environment, this.#reader).catch(() => undefined);
    await this.#store?.close();
  }

  async #open(): Promise<StateStore> {
    const state = this.#state;
    // A folder is where the app says: nothing of a project leads there, and messages tell where that is
    const folder = typeof state === 'string' ? resolve(this.#cwd, state) : '';
    const store =
      typeof state === 'string'
        ? openStateFolder(folder, folder)
        : await openState(this.#cwd, withRemote(state), process.env);
    this.#stop = store.watch(this.#changed);
    return store;
  }
}

const RETRY_MS = 5000;

function withRemote(state: Exclude<NonNullable<OpenOptions['state']>, string>) {
  return 'git' in state ? { remote: 'origin', ...state } : state;
}

class FileOrigin implements Origin {
  readonly #environment: string;
  readonly #path: string;

  constructor(environment: string, path: string) {
    this.#environment = environment;
    this.#path = path;
  }

  async read(): Promise<Snapshot> {
    const snapshot = await readSnapshotFile(resolve(this.#path));
    if (snapshot?.environment === this.#environment) return snapshot;
    const why = snapshot ? `it is of ${snapshot.environment}` : 'there is no such file';
    throw new LlmciError('bad-snapshot', { path: this.#path, why });
  }

  async readProved(): Promise<null> {
    return null; // it has one state
  }

  watch(): () => void {
    return () => undefined;
  }

  async report(): Promise<void> {
    // Who wrote the file does not hear of it
  }

  async close(): Promise<void> {
    // Nothing is held open
  }
}
