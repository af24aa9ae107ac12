import type { TrafficLine } from '../../model/kept-call.js';
import type { Keepable } from './kept-line.js';

/** What became known of a call after its end. */
export type Learnt = Extract<TrafficLine, { readonly line: 'score' | 'outcome' }>;

interface Held {
  readonly call: Keepable;
  readonly later: readonly Learnt[];
  readonly size: number;
}

/** So long something can be said of a call. */
const OPEN_MS = 24 * 60 * 60 * 1000;
const MOST = 10_000;
const MOST_CHARACTERS = 1 << 23;

/** Calls that look well, in memory only, until something bad becomes known of one or there are too many: the oldest go first. */
export class HeldCalls {
  readonly #date: () => Date;
  readonly #held = new Map<string, Held>();
  #size = 0;

  constructor(date: () => Date) {
    this.#date = date;
  }

  add(call: Keepable, size: number): void {
    this.#held.set(call.id, { call, later: [], size });
    this.#size += size;
    const since = this.#date().getTime() - OPEN_MS;
    for (const [id, oldest] of this.#held) {
      if (this.#held.size <= MOST && this.#size <= MOST_CHARACTERS && oldest.call.at >= since) break;
      this.take(id);
    }
  }

  /** Adds what became known of one; says whether it is held. */
  learn(id: string, line: Learnt): boolean {
    const held = this.#held.get(id);
    if (!held) return false;
    this.#held.set(id, { ...held, later: [...held.later, line] });
    return true;
  }

  /** The call, which is not held any longer; null for none. */
  take(id: string): Held | null {
    const held = this.#held.get(id);
    if (!held) return null;
    this.#held.delete(id);
    this.#size -= held.size;
    return held;
  }
}
