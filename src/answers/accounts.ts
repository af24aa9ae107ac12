import { tokensAndUsd } from '../calls/budget.js';
import { sumKnown } from '../core/stats/add-known.js';
import type { Account, AsideUsage } from '../model/journal.js';
import type { Output, Usage as TokenUsage } from '../model/output.js';
import type { Budgets } from './budgets.js';
import { type CallUsage, sumOfUsage, UsageTally } from './usage-tally.js';

/** What metrics make calls for. */
export type AsideKind = Account['kind'];

interface OpenAccount extends Pick<Account, 'suite' | 'kind'> {
  readonly tally: UsageTally;
  /** What is not to be kept: it is counted again when the run goes on. */
  readonly passing: UsageTally;
  requests: number;
}

/** What the calls besides those of samples have used: an account for each suite and kind. */
export class Accounts {
  readonly #open = new Map<string, OpenAccount>();

  /**
   * Counts an answer, live or not. `model` is the one that answered, as `provider/model`. What is not `kept` is counted in
   * this process only.
   */
  add(
    kind: AsideKind,
    suite: string | null,
    output: Pick<Output, 'source' | 'usage' | 'usd'>,
    model: string,
    kept = true,
  ): void {
    const account = this.#of(kind, suite);
    (kept ? account.tally : account.passing).add(output, model);
    if (kept && output.source === 'live') account.requests++;
  }

  /** Counts what a live call used and cost that gave no answer of a model. */
  spend(kind: AsideKind, suite: string | null, usage: TokenUsage, usd: number | null, model: string): void {
    const account = this.#of(kind, suite);
    account.tally.spend(usage, usd, model);
    account.requests++;
  }

  /** Counts what an earlier process of the run has used, against the budgets too. */
  include({ accounts }: AsideUsage, budgets: Pick<Budgets, 'include'>): void {
    for (const { kind, suite, requests, usage } of accounts) {
      const account = this.#of(kind, suite);
      account.tally.include(usage);
      account.requests += requests;
      budgets.include({ suite, kind }, { ...tokensAndUsd(usage, usage.usd), calls: requests });
    }
  }

  /** What the calls of some kinds have used, for all suites together. */
  usageOf(...kinds: readonly AsideKind[]): CallUsage {
    const chosen = [...this.#open.values()].filter(({ kind }) => kinds.includes(kind));
    return sumOfUsage(chosen.flatMap(({ tally, passing }) => [tally.usage, passing.usage]));
  }

  /** What all of it cost; null when a part is not known. */
  get usd(): number | null {
    return usdOf(this.#open.values());
  }

  /** What all of it cost for one suite; null when a part is not known. */
  usdOf(suite: string): number | null {
    return usdOf([...this.#open.values()].filter((account) => account.suite === suite));
  }

  /** To be kept with the results of the run; null when there is nothing. */
  get aside(): AsideUsage | null {
    if (this.#open.size === 0) return null;
    const accounts = Array.from(this.#open.values(), ({ tally, passing: _, ...account }) => ({
      ...account,
      usage: tally.usage,
    }));
    return { accounts };
  }

  #of(kind: AsideKind, suite: string | null): OpenAccount {
    const name = JSON.stringify([kind, suite]);
    const account = this.#open.get(name) ?? {
      kind,
      suite,
      requests: 0,
      tally: new UsageTally(),
      passing: new UsageTally(),
    };
    this.#open.set(name, account);
    return account;
  }
}

function usdOf(accounts: Iterable<OpenAccount>): number | null {
  return sumKnown([...accounts].flatMap(({ tally, passing }) => [tally.usd, passing.usd]));
}
