import type { Price } from '../../model/config.js';
import type { Usage } from '../../model/output.js';
import type { ModelReference, ModelRequest } from '../../model/request.js';
import { textOf } from './message-text.js';
import { PRICES } from './prices.js';

/**
 * The price of a model: the user's own for its reference first, then the built-in one of this model of its provider's
 * type (`openai/gpt-4.1-mini`, whatever the provider is called in llmci.yaml), where a model with a date behind its name
 * has the price of the name. Null when nothing is known.
 */
export function priceOf(
  model: ModelReference,
  providerType: string,
  own: Readonly<Record<string, Price>>,
): Price | null {
  const listed = `${providerType}/${model.model}`;
  const undated = listed.replace(/-(\d{8}|\d{4}-\d{2}-\d{2})$/, '');
  return own[model.text] ?? PRICES[listed] ?? PRICES[undated] ?? null;
}

/**
 * The cost of an answer in US dollars; null when its price or its tokens are not known (never 0 for that reason).
 * `share` is what of the price it costs where it was made, in a batch say.
 */
export function costOf(usage: Usage, price: Price | null, share = 1): number | null {
  if (price?.input === 0 && price.output === 0) return 0;
  if (price === null || usage.inputTokens === null || usage.outputTokens === null) return null;
  return ((usage.inputTokens * price.input + usage.outputTokens * price.output) * share) / 1e6;
}

/** Output tokens assumed for a request that does not limit them. */
export const ASSUMED_OUTPUT_TOKENS = 500;

/** Tokens of texts that were not sent yet: four characters a token, the providers' own rule of thumb for English. */
export function estimateTokens(texts: readonly string[]): number {
  return Math.ceil(texts.reduce((sum, text) => sum + text.length, 0) / 4);
}

/**
 * What a request may use before it is sent. Input: the estimate for its texts, and some for each message's frame.
 * Output: the request's limit, or 500.
 */
export function estimateUsage(request: ModelRequest): { inputTokens: number; outputTokens: number } {
  const texts = request.messages.map(({ content }) => textOf(content));
  const tools = request.tools.length > 0 ? [JSON.stringify(request.tools)] : [];
  return {
    inputTokens: estimateTokens([...texts, ...tools]) + 4 * request.messages.length,
    outputTokens: request.parameters.maxTokens ?? ASSUMED_OUTPUT_TOKENS,
  };
}
