import type { RunSummary } from '../model/run-record.js';
import type { Outcome } from './answers.js';

/** Counts what a run has got so far. A sum with an unknown part is unknown. */
export class Tally {
  finished = 0;
  errors = 0;
  failed = 0;
  /** Further trials that were not made for lack of budget. */
  waived = 0;
  readonly #calls = { live: 0, cache: 0, replay: 0 };
  #inputTokens: number | null = 0;
  #outputTokens: number | null = 0;
  #usd: number | null = 0;

  /** `passed` is false when the sample missed a pass mark. */
  add({ output, error }: Outcome, passed: boolean | null): void {
    this.finished++;
    if (error) this.errors++;
    if (passed === false) this.failed++;
    if (!output) return;
    this.#calls[output.source]++;
    if (output.source !== 'live') return;
    this.#inputTokens = add(this.#inputTokens, output.usage.inputTokens);
    this.#outputTokens = add(this.#outputTokens, output.usage.outputTokens);
    this.#usd = add(this.#usd, output.usd);
  }

  /** What live calls used and cost. */
  get usage(): RunSummary['usage'] {
    return {
      calls: { ...this.#calls },
      inputTokens: this.#inputTokens,
      outputTokens: this.#outputTokens,
      usd: this.#usd,
    };
  }
}

function add(sum: number | null, part: number | null): number | null {
  return sum === null || part === null ? null : sum + part;
}
