import { parseCassette } from '../core/requests/cassette-text.js';
import { costOf, type PriceLookup, priceOf } from '../core/requests/cost.js';
import { parseModelReference } from '../core/requests/model-reference.js';
import { count } from '../core/text/format.js';
import type { Price } from '../model/config.js';
import type { CostOfCalls, TokenCount } from '../model/diff.js';
import type { SuiteState } from '../model/suite-state.js';
import { readTextIfThere } from '../project/source/files.js';
import { readOrNull } from '../store/files/read-file.js';

/** What an average sample of a prompt used when its suites were recorded. */
export interface MeanUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly from: string;
}

/** The mean usage of a prompt in the first cassette of these suites that tells it; null when none does. */
export async function meanUsageOf(
  root: string,
  prompt: string,
  suites: readonly SuiteState[],
): Promise<MeanUsage | null> {
  for (const { id, cassette } of suites) {
    const text = cassette === null ? null : await readOrNull(readTextIfThere(root, cassette));
    if (cassette === null || text === null) continue;
    const answers = parseCassette(cassette, text).entries.map(([entry]) => entry);
    const own = answers.filter((entry) => entry.suite === id && entry.prompt === prompt && !entry.judge);
    const samples = new Set(own.map((entry) => JSON.stringify([entry.model, entry.case, entry.trial]))).size;
    let [input, output] = [0, 0];
    let known = samples > 0;
    for (const { answer } of own) {
      const { inputTokens, outputTokens } = answer.usage;
      known &&= inputTokens !== null && outputTokens !== null;
      input += inputTokens ?? 0;
      output += outputTokens ?? 0;
    }
    if (!known) continue;
    const from = `the cassette of ${id}, ${count(samples, 'sample')}`;
    return { inputTokens: input / samples, outputTokens: output / samples, from };
  }
  return null;
}

/** How prices of models are found. */
export interface Prices {
  readonly own: Readonly<Record<string, Price>>;
  readonly listed: (provider: string) => PriceLookup;
}

interface PricedSide {
  readonly model: string | null;
  readonly tokens: TokenCount;
}

/** Dollars for 1,000 calls at a mean usage, in which the prompt's own text is longer or shorter than it was. */
export function costOfCalls(
  usage: MeanUsage,
  before: PricedSide | null,
  now: PricedSide | null,
  prices: Prices,
): CostOfCalls {
  // What was recorded is the prompt as it was, where it was there
  const recorded = (before ?? now)?.tokens.tokens ?? 0;
  const cost = (side: PricedSide | null) => {
    if (side === null || side.model === null) return null;
    const model = parseModelReference(side.model);
    const inputTokens = Math.max(0, Math.round(usage.inputTokens + side.tokens.tokens - recorded));
    const used = { inputTokens, outputTokens: Math.round(usage.outputTokens) };
    const usd = costOf(used, priceOf(model, prices.own, prices.listed(model.provider)));
    return usd === null ? null : 1000 * usd;
  };
  return { before: cost(before), now: cost(now), usage: usage.from };
}
