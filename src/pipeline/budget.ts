import type { Budget as Ceiling } from '../model/config.js';

/** What a call uses, or may use at most. `usd` is null when its price is not known. */
export interface Spend {
  readonly usd: number | null;
  readonly tokens: number;
}

/**
 * Keeps live calls below a ceiling. What is in flight counts at its estimated maximum, so nothing starts that could pass
 * the ceiling.
 */
export class Budget {
  readonly #ceiling: Ceiling;
  #usd = 0;
  #tokens = 0;

  constructor(ceiling: Ceiling) {
    this.#ceiling = ceiling;
  }

  /** Reserves what a call may use. Returns why it must not start, or null when it may. */
  reserve({ usd, tokens }: Spend): string | null {
    const ceiling = this.#ceiling;
    if (ceiling.usd !== null) {
      if (usd === null) return 'the price of its model is not known, so the budget in dollars cannot be kept';
      if (this.#usd + usd > ceiling.usd) return `the budget of $${ceiling.usd} is spent`;
    }
    if (ceiling.tokens !== null && this.#tokens + tokens > ceiling.tokens) {
      return `the budget of ${ceiling.tokens} tokens is spent`;
    }
    this.#usd += usd ?? 0;
    this.#tokens += tokens;
    return null;
  }

  /** Replaces a reservation by what the call really used (its estimate when the provider did not say). */
  settle(reserved: Spend, used: Spend): void {
    this.#usd += (used.usd ?? reserved.usd ?? 0) - (reserved.usd ?? 0);
    this.#tokens += used.tokens - reserved.tokens;
  }
}
