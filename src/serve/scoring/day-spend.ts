import type { z } from 'zod';
import { dayOf } from '../../core/text/day.js';
import type { daySpendSchema } from '../../model/live-counts.js';

export type DaySpend = z.infer<typeof daySpendSchema>;

/** What scores have cost in a day, by prompt: a budget of a day holds across rollouts and restarts. */
export class DaySpending {
  readonly #date: () => Date;
  #day = '';
  #usd: Record<string, number> = {};
  #others: readonly DaySpend[] = [];

  constructor(date: () => Date) {
    this.#date = date;
  }

  /** The day it is, in UTC, like 2026-11-29. */
  get day(): string {
    return dayOf(this.#date());
  }

  get spent(): DaySpend {
    this.#turn();
    return { day: this.#day, usd: { ...this.#usd } };
  }

  /** Of all gateways, as far as they have told. */
  usdOf(prompt: string): number {
    this.#turn();
    return amountIn(this.#usd, prompt) + this.usdOfOthers(prompt);
  }

  usdOfOthers(prompt: string): number {
    const today = this.#others.filter(({ day }) => day === this.day);
    return today.reduce((sum, { usd }) => sum + amountIn(usd, prompt), 0);
  }

  /** What other gateways have spent, in place of what they had before. */
  hear(others: readonly DaySpend[]): void {
    this.#others = others;
  }

  add(prompt: string, usd: number): void {
    this.#turn();
    this.#usd = { ...this.#usd, [prompt]: amountIn(this.#usd, prompt) + usd };
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

function amountIn(usd: DaySpend['usd'], prompt: string): number {
  return Object.hasOwn(usd, prompt) ? (usd[prompt] ?? 0) : 0;
}
