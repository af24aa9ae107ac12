import type { z } from 'zod';
import type { daySpendSchema } from '../../model/live-counts.js';

export type DaySpend = z.infer<typeof daySpendSchema>;

/** What scores have cost in a day, by prompt: a budget of a day holds across rollouts and restarts. */
export class DaySpending {
  readonly #date: () => Date;
  #day = '';
  #usd: Record<string, number> = {};

  constructor(date: () => Date) {
    this.#date = date;
  }

  /** The day it is, in UTC, like 2026-11-29. */
  get day(): string {
    return this.#date().toISOString().slice(0, 10);
  }

  get spent(): DaySpend {
    this.#turn();
    return { day: this.#day, usd: { ...this.#usd } };
  }

  usdOf(prompt: string): number {
    this.#turn();
    return Object.hasOwn(this.#usd, prompt) ? (this.#usd[prompt] ?? 0) : 0;
  }

  add(prompt: string, usd: number): void {
    const before = this.usdOf(prompt);
    this.#usd = { ...this.#usd, [prompt]: before + usd };
  }

  include({ day, usd }: DaySpend): void {
    if (day !== this.day) return;
    for (const [prompt, spent] of Object.entries(usd)) this.add(prompt, spent);
  }

  #turn(): void {
    if (this.#day === this.day) return;
    this.#day = this.day;
    this.#usd = {};
  }
}
