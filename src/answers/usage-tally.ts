import { addKnown } from '../core/stats/add-known.js';
import type { Output, Usage as TokenUsage } from '../model/output.js';
import type { RunSummary } from '../model/run-record.js';

/** Calls by where their answers came from, and what the live ones used. */
export type CallUsage = Omit<RunSummary['usage'], 'judge'>;

/** What is counted of a call. */
type Counted = Pick<Output, 'source' | 'usage' | 'usd'>;

/** Counts calls, what the live ones used and cost, and what the cache saved. A sum with an unknown part is unknown. */
export class UsageTally {
  readonly #calls = { live: 0, cache: 0, replay: 0 };
  readonly #unpriced = new Set<string>();
  readonly #uncounted = new Set<string>();
  #inputTokens: number | null = 0;
  #outputTokens: number | null = 0;
  /** Of the tokens above, where services told; undefined when none did. */
  #cacheReadTokens: number | undefined;
  #reasoningTokens: number | undefined;
  #usd: number | null = 0;
  #savedUsd: number | null = 0;

  /** `model` is the one that answered, as `provider/model`. */
  add(output: Counted, model: string): void {
    this.#calls[output.source]++;
    if (output.source === 'live') this.spend(output.usage, output.usd, model);
    if (output.source === 'cache') this.#savedUsd = addKnown(this.#savedUsd, output.usd);
  }

  /** Counts what a live call used and cost. */
  spend(usage: TokenUsage, usd: number | null, model: string): void {
    this.#inputTokens = addKnown(this.#inputTokens, usage.inputTokens);
    this.#outputTokens = addKnown(this.#outputTokens, usage.outputTokens);
    this.#addParts(usage);
    this.#usd = addKnown(this.#usd, usd);
    if (usd !== null) return;
    const counted = usage.inputTokens !== null && usage.outputTokens !== null;
    (counted ? this.#unpriced : this.#uncounted).add(model);
  }

  /** Counts what another process has counted. */
  include(usage: CallUsage): void {
    const { calls, inputTokens, outputTokens, usd, savedUsd = 0, unpriced, uncounted } = usage;
    this.#calls.live += calls.live;
    this.#calls.cache += calls.cache;
    this.#calls.replay += calls.replay;
    this.#inputTokens = addKnown(this.#inputTokens, inputTokens);
    this.#outputTokens = addKnown(this.#outputTokens, outputTokens);
    this.#addParts(usage);
    this.#usd = addKnown(this.#usd, usd);
    this.#savedUsd = addKnown(this.#savedUsd, savedUsd);
    for (const model of unpriced ?? []) this.#unpriced.add(model);
    for (const model of uncounted ?? []) this.#uncounted.add(model);
  }

  #addParts({ cacheReadTokens, reasoningTokens }: Partial<TokenUsage>): void {
    if (cacheReadTokens !== undefined) this.#cacheReadTokens = (this.#cacheReadTokens ?? 0) + cacheReadTokens;
    if (reasoningTokens !== undefined) this.#reasoningTokens = (this.#reasoningTokens ?? 0) + reasoningTokens;
  }

  get usd(): number | null {
    return this.#usd;
  }

  get usage(): CallUsage {
    return {
      calls: { ...this.#calls },
      inputTokens: this.#inputTokens,
      outputTokens: this.#outputTokens,
      ...(this.#cacheReadTokens !== undefined && { cacheReadTokens: this.#cacheReadTokens }),
      ...(this.#reasoningTokens !== undefined && { reasoningTokens: this.#reasoningTokens }),
      usd: this.#usd,
      savedUsd: this.#savedUsd,
      ...(this.#unpriced.size > 0 ? { unpriced: [...this.#unpriced] } : {}),
      ...(this.#uncounted.size > 0 ? { uncounted: [...this.#uncounted] } : {}),
    };
  }
}

/** The sum of what several have counted. */
export function sumOfUsage(usages: Iterable<CallUsage>): CallUsage {
  const sum = new UsageTally();
  for (const usage of usages) sum.include(usage);
  return sum.usage;
}
