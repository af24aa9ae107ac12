/** What is left of the level after the service was overloaded. */
const SHRINK = 0.7;
/** The share of the ceiling that the level grows by in a round trip, at least one call. */
const GROW = 0.1;

/**
 * How many calls may be in flight: as many as the user allows, until the service says that it is too much. Then the
 * level shrinks by a share, once a round trip, and grows back by steps (additive increase, multiplicative decrease: Chiu
 * and Jain 1989). Calls are named by the number in which they started.
 */
export class Concurrency {
  readonly #ceiling: number;
  #level: number;
  /** The first call that started under the present level. */
  #from = 0;

  constructor(ceiling: number) {
    this.#ceiling = ceiling;
    this.#level = ceiling;
  }

  /** At least 1, at most the ceiling. */
  get level(): number {
    return Math.floor(this.#level);
  }

  /** A call was answered. */
  answered(): void {
    const step = Math.max(1, this.#ceiling * GROW);
    this.#level = Math.min(this.#ceiling, this.#level + step / this.#level);
  }

  /** A call was refused for load, with so many in flight (itself included). The next to start is `next`. */
  refused(call: number, inFlight: number, next: number): void {
    // What was sent before the level shrank says nothing about the new one
    if (call < this.#from) return;
    this.#level = Math.max(1, Math.min(this.#level, inFlight) * SHRINK);
    this.#from = next;
  }
}
