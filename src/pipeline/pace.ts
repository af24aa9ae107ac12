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
    this.#burst = Math.max(1, perMinute / 10);
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
