import { runWithin } from './run-within.js';

/** What one piece of work may take, and what all slow ones of a run may take together, in milliseconds. */
const EACH_MS = 1000;
const TOTAL_MS = 10_000;
/** Work that takes less is not slow, and always gets as much: a busy machine must not make scores go missing. */
const SLOW_MS = 50;
/** The share of what is left that one piece of work may take. */
const SHARE = 1 / 8;

/**
 * Patience with slow work, of which a run has an amount: the more of it was used, the sooner the next slow piece is given
 * up. A thousand rows that take a second each would hold up a machine as one that never ends. `now` is in milliseconds.
 */
export class Patience {
  readonly #now: () => number;
  #left = TOTAL_MS;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Does some work that is told how many milliseconds it may take. */
  spend<T>(work: (limitMs: number) => T): T {
    const started = this.#now();
    try {
      return work(Math.max(SLOW_MS, Math.min(EACH_MS, Math.round(this.#left * SHARE))));
    } finally {
      const took = this.#now() - started;
      if (took >= SLOW_MS) this.#left = Math.max(0, this.#left - took);
    }
  }
}

/** Runs synchronous work that a hostile text may make slow. Null when it took too long. */
export type Within = <T>(work: () => T) => T | null;

/** Runs work with the patience of a run. */
export function withPatience(now: () => number): Within {
  const patience = new Patience(now);
  return (work) => patience.spend((ms) => runWithin(ms, work));
}

/** For work that stands alone. */
export const withinOneSecond: Within = (work) => runWithin(EACH_MS, work);
