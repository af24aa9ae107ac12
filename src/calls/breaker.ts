/** Fewer than this in a row may be chance. */
const LEAST = 10;

/**
 * Tells when a service will not heal within this run: so many calls in a row have failed for good, all their tries
 * included, without one answer in between. As many as may be in flight at once, since those fail together.
 */
export class Breaker {
  readonly #most: number;
  #failed = 0;

  constructor(concurrency: number) {
    this.#most = Math.max(LEAST, concurrency);
  }

  /** The service has answered. */
  answered(): void {
    this.#failed = 0;
  }

  /** A call has failed for good. Returns how many did in a row when that is enough to give up; null before. */
  failed(): number | null {
    this.#failed++;
    return this.#failed >= this.#most ? this.#failed : null;
  }
}
