import { type ReadEnvironment, readEnvironment } from '../../store/state/environments.js';
import type { SharedGateways } from '../../store/state/shared-gateways.js';
import type { StateStore } from '../../store/state/state-store.js';

/** Reads the ledger of an environment, for whoever shows it. Its store is opened when it is first asked for. */
export class LedgerReader {
  readonly #environment: string;
  readonly #open: () => Promise<StateStore>;
  #store: Promise<StateStore> | null = null;

  constructor(environment: string, open: () => Promise<StateStore>) {
    this.#environment = environment;
    this.#open = open;
  }

  async read(): Promise<ReadEnvironment> {
    return readEnvironment(await this.#opened(), this.#environment);
  }

  /** What gateways on several machines share; null where they share nothing. */
  async gateways(): Promise<SharedGateways | null> {
    return (await this.#opened()).gateways;
  }

  async close(): Promise<void> {
    const store = await this.#store?.catch(() => null);
    await store?.close();
  }

  #opened(): Promise<StateStore> {
    const opening = this.#store ?? this.#open();
    this.#store = opening;
    // A store that cannot be reached now may be there at the next look
    return opening.catch((error: unknown) => {
      this.#store = null;
      throw error;
    });
  }
}
