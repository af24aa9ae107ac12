/** The share of its calls that a large run may try again. */
const SHARE = 0.2;

/**
 * Limits the further tries of a lane to a fifth of its calls and an allowance to begin with, so that a service that is
 * in trouble does not get a multiple of its traffic.
 */
export class RetryBudget {
  #left: number;

  /** `allowance`: tries that are free of the share. */
  constructor(allowance: number) {
    this.#left = allowance;
  }

  /** A call is made for the first time. */
  call(): void {
    this.#left += SHARE;
  }

  /** Takes a further try out; false when there is none left. */
  take(): boolean {
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
