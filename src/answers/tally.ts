import type { AsideUsage } from '../model/journal.js';
import type { Output, Usage as TokenUsage } from '../model/output.js';
import type { Result, RunSummary } from '../model/run-record.js';
import { EmptyAnswers } from './empty-answers.js';

type Usage = Omit<RunSummary['usage'], 'judge'>;

/** Counts calls, what the live ones used and cost, and what the cache saved. A sum with an unknown part is unknown. */
export class UsageTally {
  readonly #calls = { live: 0, cache: 0, replay: 0 };
  readonly #unpriced = new Set<string>();
  readonly #uncounted = new Set<string>();
  #inputTokens: number | null = 0;
  #outputTokens: number | null = 0;
  #usd: number | null = 0;
  #savedUsd: number | null = 0;

  /** `model` is the one that answered, as `provider/model`. */
  add(output: Output, model: string): void {
    this.#calls[output.source]++;
    if (output.source === 'live') this.spend(output.usage, output.usd, model);
    if (output.source === 'cache') this.#savedUsd = add(this.#savedUsd, output.usd);
  }

  /** Counts what a live call used and cost. */
  spend(usage: TokenUsage, usd: number | null, model: string): void {
    this.#inputTokens = add(this.#inputTokens, usage.inputTokens);
    this.#outputTokens = add(this.#outputTokens, usage.outputTokens);
    this.#usd = add(this.#usd, usd);
    if (usd !== null) return;
    const counted = usage.inputTokens !== null && usage.outputTokens !== null;
    (counted ? this.#unpriced : this.#uncounted).add(model);
  }

  /** Counts what another process has counted. */
  include({ calls, inputTokens, outputTokens, usd, savedUsd = 0, unpriced, uncounted }: Usage): void {
    this.#calls.live += calls.live;
    this.#calls.cache += calls.cache;
    this.#calls.replay += calls.replay;
    this.#inputTokens = add(this.#inputTokens, inputTokens);
    this.#outputTokens = add(this.#outputTokens, outputTokens);
    this.#usd = add(this.#usd, usd);
    this.#savedUsd = add(this.#savedUsd, savedUsd);
    for (const model of unpriced ?? []) this.#unpriced.add(model);
    for (const model of uncounted ?? []) this.#uncounted.add(model);
  }

  get usd(): number | null {
    return this.#usd;
  }

  get usage(): Usage {
    return {
      calls: { ...this.#calls },
      inputTokens: this.#inputTokens,
      outputTokens: this.#outputTokens,
      usd: this.#usd,
      savedUsd: this.#savedUsd,
      ...(this.#unpriced.size > 0 ? { unpriced: [...this.#unpriced] } : {}),
      ...(this.#uncounted.size > 0 ? { uncounted: [...this.#uncounted] } : {}),
    };
  }
}

/** Counts what a run has got so far. */
export class Tally {
  finished = 0;
  errors = 0;
  failed = 0;
  /** Samples with a score that could not be computed. */
  unscored = 0;
  /** Further trials that were not made for lack of budget. */
  waived = 0;
  readonly emptyAnswers = new EmptyAnswers();
  readonly #usage = new UsageTally();
  readonly #aside = new UsageTally();
  #hasAside = false;

  /** `passed` is false when the sample missed a pass mark. */
  add(result: Pick<Result, 'output' | 'error' | 'scores' | 'passed' | 'prompt' | 'model'>): void {
    const { output, error, scores, passed, model } = result;
    this.finished++;
    if (scores.some(({ retry }) => retry)) this.unscored++;
    if (error) this.errors++;
    if (passed === false) this.failed++;
    if (output) this.#usage.add(output, model);
    this.emptyAnswers.add(result);
  }

  /** Counts what a live call besides those of samples used and cost. */
  spend(usage: TokenUsage, usd: number | null, model: string): void {
    this.#usage.spend(usage, usd, model);
    this.#aside.spend(usage, usd, model);
    this.#hasAside = true;
  }

  /** Counts what calls besides those of samples used in another process. */
  includeAside(usage: Usage): void {
    this.#usage.include(usage);
    this.#aside.include(usage);
    this.#hasAside = true;
  }

  /** Whether there were calls besides those of samples. */
  get hasAside(): boolean {
    return this.#hasAside;
  }

  /** What live calls besides those of samples used and cost. */
  get aside(): AsideUsage['tools'] {
    return this.#aside.usage;
  }

  /** What live calls used and cost. */
  get usage(): Usage {
    return this.#usage.usage;
  }
}

/** The sum of two amounts; unknown when one of them is. */
export function add(sum: number | null, part: number | null): number | null {
  return sum === null || part === null ? null : sum + part;
}
