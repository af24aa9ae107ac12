import type { Result } from '../../model/run-record.js';
import { addKnown } from '../stats/add-known.js';
import { percentile } from '../stats/quantile.js';
import type { ColumnUsage } from './comparison.js';

/** Adds up what the samples of each column took: a replayed answer took what its live call did. */
export class UsageByColumn {
  readonly #columns = new Map<string, Tally>();

  add({ suite, prompt, model, output }: Pick<Result, 'suite' | 'prompt' | 'model' | 'output'>): void {
    const key = keyOf(suite, prompt, model);
    const tally = this.#columns.get(key) ?? { errors: 0, usd: 0, inputTokens: 0, outputTokens: 0, times: [] };
    this.#columns.set(key, tally);
    if (output === null) {
      tally.errors++;
      return;
    }
    tally.usd = addKnown(tally.usd, output.usd);
    tally.inputTokens = addKnown(tally.inputTokens, output.usage.inputTokens);
    tally.outputTokens = addKnown(tally.outputTokens, output.usage.outputTokens);
    if (output.latencyMs === null) tally.times = null;
    else tally.times?.push(output.latencyMs);
  }

  /** What a column took; null for a column without samples. */
  of(suite: string, { prompt, model }: { readonly prompt: string; readonly model: string }): ColumnUsage | null {
    const tally = this.#columns.get(keyOf(suite, prompt, model));
    if (tally === undefined) return null;
    const { times, ...sums } = tally;
    return { ...sums, medianMs: times && percentile(times, 0.5), p95Ms: times && percentile(times, 0.95) };
  }
}

interface Tally {
  errors: number;
  usd: number | null;
  inputTokens: number | null;
  outputTokens: number | null;
  /** Null when a time is unknown. */
  times: number[] | null;
}

function keyOf(...names: readonly string[]): string {
  return JSON.stringify(names);
}
