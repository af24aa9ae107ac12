import type { AsideUsage } from '../model/journal.js';
import type { Output, Usage as TokenUsage } from '../model/output.js';
import type { Result, RunSummary } from '../model/run-record.js';

type Usage = Omit<RunSummary['usage'], 'judge'>;

/** Counts calls, and what the live ones used and cost. A sum with an unknown part is unknown. */
export class UsageTally {
  readonly #calls = { live: 0, cache: 0, replay: 0 };
  #inputTokens: number | null = 0;
  #outputTokens: number | null = 0;
  #usd: number | null = 0;

  add(output: Output): void {
    this.#calls[output.source]++;
    if (output.source === 'live') this.spend(output.usage, output.usd);
  }

  /** Counts what a live call used and cost. */
  spend(usage: TokenUsage, usd: number | null): void {
    this.#inputTokens = add(this.#inputTokens, usage.inputTokens);
    this.#outputTokens = add(this.#outputTokens, usage.outputTokens);
    this.#usd = add(this.#usd, usd);
  }

  /** Counts what another process has counted. */
  include({ calls, inputTokens, outputTokens, usd }: Usage): void {
    this.#calls.live += calls.live;
    this.#calls.cache += calls.cache;
    this.#calls.replay += calls.replay;
    this.spend({ inputTokens, outputTokens }, usd);
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
  readonly #usage = new UsageTally();
  readonly #aside = new UsageTally();

  /** `passed` is false when the sample missed a pass mark. */
  add({ output, error, scores, passed }: Pick<Result, 'output' | 'error' | 'scores' | 'passed'>): void {
    this.finished++;
    if (scores.some(({ retry }) => retry)) this.unscored++;
    if (error) this.errors++;
    if (passed === false) this.failed++;
    if (output) this.#usage.add(output);
  }

  /** Counts what a live call besides those of samples used and cost. */
  spend(usage: TokenUsage, usd: number | null): void {
    this.#usage.spend(usage, usd);
    this.#aside.spend(usage, usd);
  }

  /** What live calls besides those of samples used and cost. */
  get aside(): AsideUsage['tools'] {
    const { inputTokens, outputTokens, usd } = this.#aside.usage;
    return { inputTokens, outputTokens, usd };
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
