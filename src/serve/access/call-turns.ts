import { ApiError } from '../http/api-error.js';

/**
 * Calls that are begun in one round of the event loop. A round takes in one new connection, whatever the number that waits: so
 * rounds have to be short, or probes and who comes anew wait behind the calls of those who are there already.
 */
export const BEGUN_IN_A_ROUND = 16;
/** While calls wait for so long to be begun, no more may wait. */
const LONGEST_WAIT_MS = 1000;

export interface CallTurnsOptions {
  readonly now: () => number;
  /** Does something in the next round of the event loop. */
  readonly inNextRound: (act: () => void) => void;
}

interface Waiting {
  readonly since: number;
  readonly begin: () => void;
}

/**
 * When calls are begun, and whether: where more come than the process can answer, what waits would wait for longer and longer,
 * until its clients have gone. Told at once, a client can ask again, or ask another gateway.
 */
export class CallTurns {
  readonly #options: CallTurnsOptions;
  readonly #waiting: Waiting[] = [];
  #begun = 0;
  #roundIsOpen = false;

  constructor(options: CallTurnsOptions) {
    this.#options = options;
  }

  /** Null when a call may begin at once, else a promise of when it may. Throws ApiError when too many wait. */
  take(): Promise<void> | null {
    if (this.#waiting.length === 0 && this.#begun < BEGUN_IN_A_ROUND) {
      this.#begun++;
      this.#openRound();
      return null;
    }
    const since = this.#options.now();
    const [first] = this.#waiting;
    if (first && since - first.since > LONGEST_WAIT_MS)
      throw new ApiError(429, 'overloaded', 'there are more calls than can be answered; try again', null, 1000);
    return new Promise((begin) => void this.#waiting.push({ since, begin }));
  }

  #openRound(): void {
    if (this.#roundIsOpen) return;
    this.#roundIsOpen = true;
    this.#options.inNextRound(() => {
      this.#roundIsOpen = false;
      const next = this.#waiting.splice(0, BEGUN_IN_A_ROUND);
      this.#begun = next.length;
      if (next.length > 0) this.#openRound();
      for (const { begin } of next) begin();
    });
  }
}
