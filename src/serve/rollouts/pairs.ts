import type { Arm } from '../../runtime/prompts.js';

/** What waits longest is forgotten first: its other half was not scored, and never will be. */
const MOST_WAITING = 10_000;

/** Values of calls and of their copies, until both are there: scores come in any order. */
export class Pairs {
  readonly #waiting = new Map<string, { readonly arm: Arm; readonly value: number }>();

  /** Candidate minus control, once the other half of what `key` names is there; null until then. */
  match(key: string, arm: Arm, value: number): number | null {
    const other = this.#waiting.get(key);
    if (other && other.arm !== arm) {
      this.#waiting.delete(key);
      return arm === 'candidate' ? value - other.value : other.value - value;
    }
    this.#waiting.set(key, { arm, value });
    for (const oldest of this.#waiting.keys()) {
      if (this.#waiting.size <= MOST_WAITING) break;
      this.#waiting.delete(oldest);
    }
    return null;
  }
}
