import { count, formatNumber, formatUsd } from '../core/text/format.js';
import type { Ceiling } from '../model/budget.js';
import type { Usage } from '../model/output.js';

/** What a call uses, or may use at the most. `usd` is null when its price is not known. */
export interface Spend {
  readonly usd: number | null;
  readonly tokens: number;
  readonly calls: number;
}

export const NO_SPEND: Spend = { usd: 0, tokens: 0, calls: 0 };

/** What was used, as far as it is known. */
export function tokensAndUsd(usage: Usage, usd: number | null): Pick<Spend, 'usd' | 'tokens'> {
  return { usd, tokens: (usage.inputTokens ?? 0) + (usage.outputTokens ?? 0) };
}

/** What a budget says to a call: it may start, it has to wait for what calls in flight leave over, or it must not start. */
export type Permission = 'room' | 'wait' | BudgetRefusal;

/** Why a call must not start. */
export interface BudgetRefusal {
  readonly kind: 'unpriced' | 'too-large' | 'spent';
  readonly reason: string;
}

/** Calls that were not made for one reason. */
export interface RefusedCalls extends BudgetRefusal {
  readonly calls: number;
  /** How many of them a sample would have started with. */
  readonly samples: number;
}

const UNITS = ['usd', 'tokens', 'calls'] as const;
type Unit = (typeof UNITS)[number];
type Amounts = Record<Unit, number>;

/** Money is counted in billionths of a dollar: sums of whole numbers are exact. */
const NANO = 1e9;

const REASONS: Readonly<Record<BudgetRefusal['kind'], (budget: string) => string>> = {
  unpriced: (budget) => `the price of its model is not known, so ${budget} cannot be kept`,
  'too-large': (budget) => `a call of this size may use more than all of ${budget}`,
  spent: (budget) => `${budget} is spent`,
};

/**
 * Keeps live calls below a ceiling. What is in flight counts at its estimated maximum, so nothing starts that could pass
 * the ceiling. Once it has refused a call for what was spent, it refuses all: a run that went on with the calls that
 * happen to be small would judge a selection of its cases.
 */
export class Budget {
  readonly #ceiling: Ceiling;
  readonly #limits: Amounts;
  readonly #name: (amount: string) => string;
  /** What calls that have ended used. */
  readonly #spent: Amounts = { usd: 0, tokens: 0, calls: 0 };
  /** What calls in flight may use. */
  readonly #reserved: Amounts = { usd: 0, tokens: 0, calls: 0 };
  readonly #refusals = new Map<string, RefusedCalls>();
  #waiting: (() => void)[] = [];
  #closed: BudgetRefusal | null = null;
  /** What the call that closed it would have needed. */
  #needed = '';

  /** `name` is how messages call it, given the amount in question: `the budget of $5`. */
  constructor(ceiling: Ceiling, name: (amount: string) => string) {
    this.#ceiling = ceiling;
    this.#limits = {
      usd: Math.round((ceiling.usd ?? Number.POSITIVE_INFINITY) * NANO),
      tokens: ceiling.tokens ?? Number.POSITIVE_INFINITY,
      calls: ceiling.calls ?? Number.POSITIVE_INFINITY,
    };
    this.#name = name;
  }

  /** Whether a call may start that uses no more than this. A budget that is spent is closed by it. */
  ask(most: Spend): Permission {
    if (this.#closed !== null) return this.#closed;
    if (most.usd === null && this.#ceiling.usd !== null) return this.#refusal('unpriced', 'usd');
    const amounts = amountsOf(most);
    let answer: Permission = 'room';
    for (const unit of UNITS) {
      const limit = this.#limits[unit];
      if (amounts[unit] > limit) return this.#refusal('too-large', unit);
      if (this.#spent[unit] + amounts[unit] > limit) {
        this.#closed = this.#refusal('spent', unit);
        this.#needed = unit === 'usd' ? formatUsd(amounts.usd / NANO) : amountOf(unit, amounts[unit]);
        return this.#closed;
      }
      if (this.#spent[unit] + this.#reserved[unit] + amounts[unit] > limit) answer = 'wait';
    }
    return answer;
  }

  /** Reserves what a call may use that was told there is room. */
  reserve(most: Spend): void {
    const amounts = amountsOf(most);
    for (const unit of UNITS) this.#reserved[unit] += amounts[unit];
  }

  /** Replaces a reservation by what the call really used. */
  settle(most: Spend, used: Spend): void {
    const [reserved, real] = [amountsOf(most), amountsOf(used)];
    for (const unit of UNITS) {
      this.#reserved[unit] -= reserved[unit];
      this.#spent[unit] += real[unit];
    }
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** Resolves when a call in flight has ended. */
  change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Counts a call that was not made. */
  refuse(refusal: BudgetRefusal, startsSample: boolean): void {
    const { calls, samples } = this.#refusals.get(refusal.reason) ?? { calls: 0, samples: 0 };
    const counts = { calls: calls + 1, samples: samples + (startsSample ? 1 : 0) };
    this.#refusals.set(refusal.reason, { ...refusal, ...counts });
  }

  get refusals(): readonly RefusedCalls[] {
    return [...this.#refusals.values()];
  }

  /** `$4.98 of $5 used, and the next call may use $0.03`. */
  describeUse(): string {
    const { usd, tokens, calls } = this.#ceiling;
    const parts = [
      usd === null ? '' : `${formatUsd(this.#spent.usd / NANO)} of ${amountOf('usd', usd)}`,
      tokens === null ? '' : `${formatNumber(this.#spent.tokens)} of ${amountOf('tokens', tokens)}`,
      calls === null ? '' : `${formatNumber(this.#spent.calls)} of ${amountOf('calls', calls)}`,
    ];
    const next = this.#needed === '' || this.#needed === '1 call' ? '' : `, and the next call may use ${this.#needed}`;
    return `${parts.filter(Boolean).join(', ')} used${next}`;
  }

  #refusal(kind: BudgetRefusal['kind'], unit: Unit): BudgetRefusal {
    return { kind, reason: REASONS[kind](this.#name(amountOf(unit, this.#ceiling[unit] ?? 0))) };
  }
}

function amountsOf({ usd, tokens, calls }: Spend): Amounts {
  return { usd: Math.round((usd ?? 0) * NANO), tokens, calls };
}

/** As it was written: `$0.5`, `2,000 tokens`. */
function amountOf(unit: Unit, amount: number): string {
  return unit === 'usd' ? `$${amount}` : count(amount, unit.slice(0, -1));
}
