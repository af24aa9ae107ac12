import type { World } from '../../calls/world.js';

/** How often the event loop is to come round to a timer. */
export const TICK_MS = 100;
/** So far back lateness is remembered: longer than any time that a client is given. */
const REMEMBERED_MS = 60_000;

interface Stall {
  /** Its end. */
  readonly at: number;
  readonly ms: number;
}

/**
 * How late the event loop comes to what waits for it. So long a client's bytes lie in the kernel before anybody looks at them,
 * which no client can help.
 */
export class LoopWatch {
  readonly #now: () => number;
  #due: number;
  #stalls: readonly Stall[] = [];

  constructor(now: World['now']) {
    this.#now = now;
    this.#due = now() + TICK_MS;
  }

  /** Looks at the clock; to be called every TICK_MS, as far as that is possible. */
  tick(): void {
    const at = this.#now();
    const ms = at - this.#due;
    this.#due = at + TICK_MS;
    // What a timer is late by anyhow adds up to nothing that counts
    if (ms > TICK_MS) this.#stalls = [...this.#stalls.filter((each) => at - each.at < REMEMBERED_MS), { at, ms }];
  }

  /** For how long of the last so many milliseconds nobody could look at anything, up to this moment. */
  lateWithin(ms: number): number {
    const at = this.#now();
    const now = Math.max(0, at - this.#due);
    return this.#stalls.reduce((sum, each) => (at - each.at < ms ? sum + each.ms : sum), now);
  }
}

/** Ticks until that is taken back. */
export function keepTicking(watch: LoopWatch, later: World['later']): () => void {
  let cancel: () => void;
  const next = () => {
    cancel = later(TICK_MS, () => {
      watch.tick();
      next();
    });
  };
  next();
  return () => cancel();
}
