/**
 * Whether whoever waits for an answer is still there. A signal would say the same, and costs a tenth of what a call costs
 * here: one is made for the call of the model only.
 */
export class Departure {
  readonly #told = new Set<() => void>();
  #gone = false;

  get gone(): boolean {
    return this.#gone;
  }

  /** Calls back when nobody waits any more; at once when that is so already. Returns how to take it back. */
  onGone(tell: () => void): () => void {
    if (this.#gone) tell();
    else this.#told.add(tell);
    return () => void this.#told.delete(tell);
  }

  leave(): void {
    this.#gone = true;
    for (const tell of this.#told) tell();
    this.#told.clear();
  }
}
