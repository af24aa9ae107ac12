import { costOf, estimateTokens } from '../../core/requests/cost.js';
import { lastQuestion } from '../../core/requests/message-text.js';
import { parseModelReference } from '../../core/requests/model-reference.js';
import { entriesFor } from '../../core/scores/cases.js';
import { addKnown } from '../../core/stats/add-known.js';
import { moderatorOf, needsOf } from '../../metrics/access.js';
import { acceptedTexts } from '../../metrics/expected.js';
import { metricsUsed } from '../../metrics/used-metric.js';
import type { Case } from '../../model/case.js';
import type { ModelRequest } from '../../model/request.js';
import type { Suite } from '../../model/suite.js';
import type { Project } from '../../project/load.js';
import { looksOf, type SampleSize } from './conversation-size.js';
import type { PriceOf } from './model-prices.js';

/** What may be asked of a service that is neither the model nor the judge, at the most. */
export interface ServiceEstimate {
  readonly use: 'embeddings' | 'moderations' | 'simulated users';
  /** As `provider/model`. */
  readonly model: string;
  readonly calls: number;
  readonly tokens: number;
  /** Null when the price of the model is not known. */
  readonly usd: number | null;
}

/**
 * What the metrics of one sample may ask. Its output is not there yet and is taken at its longest, with all that it may be
 * compared with. Equal texts and those of several samples share calls, and what is kept from before needs none: that is
 * not known here.
 */
export function estimateServices(
  suite: Suite,
  testCase: Case,
  { request, size }: { readonly request: ModelRequest; readonly size: SampleSize },
  { metrics, config: { embeddings } }: Pick<Project, 'metrics' | 'config'>,
  priceOf: PriceOf,
): readonly ServiceEstimate[] {
  const { outputTokens } = size;
  return metricsUsed(entriesFor(suite, testCase), metrics).flatMap(({ definition, entry }) => {
    const looks = looksOf(entry, size);
    const moderator = moderatorOf(definition, entry);
    const found =
      moderator === null
        ? []
        : [estimateOne('moderations', moderator, { calls: looks, tokens: outputTokens }, priceOf)];
    const embeds = needsOf(definition, entry).includes('embeddings');
    if (!embeds || embeddings.kind !== 'provider') return found;
    const question = lastQuestion(request.messages) ?? '';
    const tokens = estimateTokens([...acceptedTexts(testCase.expected), JSON.stringify(entry.params), question]);
    const model = `${embeddings.provider}/${embeddings.model}`;
    const most = { calls: looks, tokens: tokens + outputTokens };
    return [...found, estimateOne('embeddings', model, most, priceOf)];
  });
}

/** The same, one for each use of a model. */
export function sumServices(estimates: readonly ServiceEstimate[]): readonly ServiceEstimate[] {
  const sums = new Map<string, ServiceEstimate>();
  for (const estimate of estimates) {
    const key = `${estimate.use} ${estimate.model}`;
    const { calls, tokens, usd } = sums.get(key) ?? { calls: 0, tokens: 0, usd: 0 };
    sums.set(key, {
      ...estimate,
      calls: calls + estimate.calls,
      tokens: tokens + estimate.tokens,
      usd: addKnown(usd, estimate.usd),
    });
  }
  return [...sums.values()];
}

function estimateOne(
  use: ServiceEstimate['use'],
  model: string,
  most: { readonly calls: number; readonly tokens: number },
  priceOf: PriceOf,
): ServiceEstimate {
  const price = priceOf(parseModelReference(model));
  const tokens = most.calls * most.tokens;
  return { use, model, calls: most.calls, tokens, usd: costOf({ inputTokens: tokens, outputTokens: 0 }, price) };
}
