/** The share of a minute's units that may go at once. */
export const BURST_SHARE = 0.1;

/**
 * Spreads work over time: at most `perMinute` units in a minute, with a burst of a tenth of that. What is taken above
 * the allowance is owed, and the next taker waits for it.
 */
export class Pace {
  readonly #perMs: number;
  readonly #burst: number;
  readonly #now: () => number;
  #allowance: number;
  #updated: number;

  constructor(perMinute: number, now: () => number) {
    this.#perMs = perMinute / 60_000;
    this.#burst = Math.max(1, perMinute * BURST_SHARE);
    this.#now = now;
    this.#allowance = this.#burst;
    this.#updated = now();
  }

  /** Takes units now and returns how many milliseconds to wait before using them. */
  take(units: number): number {
    const now = this.#now();
    this.#allowance = Math.min(this.#burst, this.#allowance + (now - this.#updated) * this.#perMs);
    this.#updated = now;
    this.#allowance -= units;
    return this.#allowance >= 0 ? 0 : -this.#allowance / this.#perMs;
  }
}
