import { messageOf } from '../../core/text/thrown.js';

/** Tells of troubles that come again at every look: each once, until it is over or another. */
export class Troubles {
  readonly #told = new Map<string, string>();
  readonly #onFault: (error: unknown) => void;

  constructor(onFault: (error: unknown) => void) {
    this.#onFault = onFault;
  }

  /** Does it; what it fails of is told. Null when it has failed. */
  async tried<Outcome>(what: string, act: () => Promise<Outcome>): Promise<Outcome | null> {
    try {
      const outcome = await act();
      this.#told.delete(what);
      return outcome;
    } catch (error) {
      const message = messageOf(error);
      if (this.#told.get(what) !== message) this.#onFault(error);
      this.#told.set(what, message);
      return null;
    }
  }
}
