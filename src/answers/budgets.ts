import { Budget, NO_SPEND, type Spend } from '../calls/budget.js';
import { cancellation } from '../calls/in-flight.js';
import type { AroundAttempt } from '../calls/lane.js';
import { addKnown } from '../core/stats/add-known.js';
import type { Ceiling } from '../model/budget.js';
import type { CallKind } from '../model/journal.js';
import type { ErrorKind } from '../model/output.js';
import type { Suite } from '../model/suite.js';
import { ProviderError } from '../providers/contract/provider-error.js';

/** For what a call is made: for a suite or (when it serves several) for the run at large. */
export interface Purpose {
  readonly suite: string | null;
  readonly kind: CallKind;
}

export interface BudgetOptions {
  readonly run: Ceiling;
  readonly judge: Ceiling;
  readonly suites: readonly (Pick<Suite, 'id' | 'path' | 'budget'> & {
    /** What it is for, where that is no suite. */
    readonly of?: string;
  })[];
  /** Whether calls are being cancelled. */
  readonly stopped: () => boolean;
  /** The flag of the command that gives the run's; not there where it has none. */
  readonly flag?: '--budget';
}

/** Calls that a budget has refused for one reason, and what can be done. */
export interface BudgetRefusals {
  readonly reason: string;
  readonly calls: number;
  /** How many of them a sample would have started with. */
  readonly samples: number;
  readonly advice: string;
}

/** Calls that failed and may have been charged all the same. */
export interface Unsure {
  readonly calls: number;
  /** What they have cost at the most; null when a price is not known. */
  readonly usd: number | null;
}

/** The budgets of a run: its own, its judge's and those of its suites. A call counts against all that apply to it. */
export class Budgets {
  readonly #run: Budget;
  readonly #judge: Budget;
  readonly #suites: ReadonlyMap<string, Budget>;
  readonly #advice: ReadonlyMap<Budget, string>;
  readonly #stopped: () => boolean;
  readonly #limited: ReadonlySet<string>;
  #unsure: Unsure = { calls: 0, usd: 0 };

  constructor({ run, judge, suites, stopped, flag }: BudgetOptions) {
    this.#run = new Budget(run, (amount) => `the budget of ${amount}`);
    this.#judge = new Budget(judge, (amount) => `the judge's budget of ${amount}`);
    this.#suites = new Map(
      suites.map(({ id, budget, of = `suite ${id}` }) => [
        id,
        new Budget(budget, (amount) => `the budget of ${amount} for ${of}`),
      ]),
    );
    this.#limited = new Set(suites.flatMap(({ id, budget }) => (hasLimit(budget) ? [id] : [])));
    this.#advice = new Map([
      [this.#run, `raise \`budget\` in llmci.yaml${flag ? `, or ${flag}` : ''}`],
      [this.#judge, 'raise `judge.budget` in llmci.yaml'],
      ...suites.flatMap(({ id, path }) => {
        const budget = this.#suites.get(id);
        return budget ? [[budget, `raise \`budget\` in ${path}`] as const] : [];
      }),
    ]);
    this.#stopped = stopped;
  }

  /**
   * What goes around the attempts of a call that may use `most`, so that each is within the budgets. It waits while only
   * calls in flight stand in the way, and rejects with a ProviderError of kind `budget` when there is no room.
   */
  around<T>(purpose: Purpose, most: Spend, usedBy: (result: T) => Spend): AroundAttempt<T> {
    const budgets = this.#of(purpose);
    return async (attempt) => {
      const reserve = () => this.#reserve(budgets, most, startsSample(purpose));
      for (let busy = reserve(); busy !== null; busy = reserve()) await busy.change();
      let used = most;
      try {
        const timed = await attempt();
        used = usedBy(timed.result);
        return timed;
      } catch (error) {
        used = costOfFailure(error, most);
        if (used === most) this.#unsure = { calls: this.#unsure.calls + 1, usd: addKnown(this.#unsure.usd, most.usd) };
        throw error;
      } finally {
        for (const budget of budgets) budget.settle(most, used);
      }
    };
  }

  /**
   * Reserves what a request may use that is answered later; what is returned takes what it has used. Null when calls in
   * flight stand in the way, see `change`. Throws ProviderError of kind budget, unless the request is `paid` already.
   */
  hold(purpose: Purpose, most: Spend, { paid = false } = {}): ((used: Spend) => void) | null {
    const budgets = this.#of(purpose);
    if (!paid && this.#ask(budgets, most, startsSample(purpose)) !== null) return null;
    for (const budget of budgets) budget.reserve(most);
    return (used) => {
      for (const budget of budgets) budget.settle(most, used);
    };
  }

  /** Resolves when a call in flight has ended. */
  change(): Promise<void> {
    return this.#run.change();
  }

  /** Counts what an earlier process of this run has used. */
  include(purpose: Purpose, used: Spend): void {
    for (const budget of this.#of(purpose)) budget.settle(NO_SPEND, used);
  }

  /** Whether a suite has a budget of its own. */
  limits(suite: string): boolean {
    return this.#limited.has(suite);
  }

  /** What was refused, by the reason; empty when nothing was. */
  get refusals(): readonly BudgetRefusals[] {
    return [...this.#advice].flatMap(([budget, raise]) => {
      const advice = {
        unpriced: 'give its price under `prices` in llmci.yaml',
        'too-large': `${raise}, or lower maxTokens`,
        spent: `${budget.describeUse()}; ${raise}`,
      };
      return budget.refusals.map(({ kind, ...refused }) => ({ ...refused, advice: advice[kind] }));
    });
  }

  get unsure(): Unsure {
    return this.#unsure;
  }

  #of({ suite, kind }: Purpose): readonly Budget[] {
    const own = suite === null ? undefined : this.#suites.get(suite);
    return [this.#run, ...(own ? [own] : []), ...(kind === 'judge' ? [this.#judge] : [])];
  }

  /** Reserves in all budgets, and returns null; or in none, and returns the one that calls in flight keep from having room. */
  #reserve(budgets: readonly Budget[], most: Spend, startsSample: boolean): Budget | null {
    if (this.#stopped()) throw cancellation();
    const busy = this.#ask(budgets, most, startsSample);
    if (busy === null) for (const budget of budgets) budget.reserve(most);
    return busy;
  }

  /** The budget that calls in flight keep from having room; null when there is room in all. Throws when one refuses. */
  #ask(budgets: readonly Budget[], most: Spend, startsSample: boolean): Budget | null {
    let busy: Budget | null = null;
    for (const budget of budgets) {
      const answer = budget.ask(most);
      if (typeof answer === 'object') {
        budget.refuse(answer, startsSample);
        throw new ProviderError('budget', answer.reason);
      }
      if (answer === 'wait') busy = budget;
    }
    return busy;
  }
}

function startsSample({ suite, kind }: Purpose): boolean {
  return suite !== null && kind === 'samples';
}

function hasLimit({ usd, tokens, calls }: Ceiling): boolean {
  return usd !== null || tokens !== null || calls !== null;
}

/** Kinds of errors that are found before anything is sent, when no service has answered with a status. */
const BEFORE_SENDING: ReadonlySet<ErrorKind> = new Set<ErrorKind>(['auth', 'invalid-request', 'not-recorded']);

/**
 * What a failed attempt counts for: nothing when it did not reach the service, a call when the service refused it, and
 * all that it might have used when the service may have worked for it (no answer in time, an answer cut short).
 */
function costOfFailure(error: unknown, most: Spend): Spend {
  if (!(error instanceof ProviderError)) return most;
  const { unsent, status, kind } = error;
  if (unsent || (status === null && BEFORE_SENDING.has(kind))) return NO_SPEND;
  return status !== null && status >= 300 ? { ...NO_SPEND, calls: most.calls } : most;
}
