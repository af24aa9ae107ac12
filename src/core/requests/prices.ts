import type { Price } from '../../model/config.js';

/**
 * What the tables of prices that ship with llmci are: those of `@pydantic/genai-prices`, of which this version is
 * installed, and the few below. `asOf` is the day of the older one.
 */
export const PRICE_TABLES = { source: '@pydantic/genai-prices 0.1.8', asOf: '2026-09-23' } as const;

/**
 * What a request costs in a batch, as a share of its price: half, for input, cache and output, at both services.
 * https://developers.openai.com/api/docs/guides/batch, https://platform.claude.com/docs/en/build-with-claude/batch-processing
 */
export const BATCH_PRICE_FACTOR = 0.5;

/** What OpenAI takes for a call in its flex tier: the price of a batch. https://developers.openai.com/api/docs/guides/flex-processing */
export const FLEX_PRICE_FACTOR = 0.5;

/**
 * US dollars for a million tokens, by `service/model`: only what the package does not know yet. Standard list prices as
 * published on 2026-11-28. A test says when the package has come to know one, which then goes.
 */
export const NEWER_PRICES: Readonly<Record<string, Price>> = {
  // https://platform.claude.com/docs/en/models/haiku-5-5/overview
  'anthropic/claude-haiku-5-5': {
    ...{ input: 0.1, output: 0.5, cacheRead: 0.01, cacheWrite: 0.125, cacheWrite1h: 0.2 },
    longContext: [{ above: 100_000, input: 0.5, output: 2.5, cacheRead: 0.05, cacheWrite: 0.625, cacheWrite1h: 1 }],
  },
  // https://platform.claude.com/docs/en/models/sonnet-5-5/overview; reading from the cache costs half since 2026-10-07
  'anthropic/claude-sonnet-5-5': { input: 2, output: 10, cacheRead: 0.1, cacheWrite: 2.5, cacheWrite1h: 4 },
  // https://developers.openai.com/api/docs/models/gpt-6.1-sol
  'openai/gpt-6.1-sol': {
    ...{ input: 2, output: 10, cacheRead: 0.1, cacheWrite: 2.5 },
    longContext: [{ above: 272_000, input: 4, output: 15, cacheRead: 0.2, cacheWrite: 5 }],
  },
  // https://developers.openai.com/api/docs/models/gpt-6.1-terra: half of all prices of gpt-6.1-sol
  'openai/gpt-6.1-terra': {
    ...{ input: 1, output: 5, cacheRead: 0.05, cacheWrite: 1.25 },
    longContext: [{ above: 272_000, input: 2, output: 7.5, cacheRead: 0.1, cacheWrite: 2.5 }],
  },
  // Free: https://developers.openai.com/api/docs/guides/moderation
  'openai/omni-moderation': { input: 0, output: 0 },
  'openai/omni-moderation-latest': { input: 0, output: 0 },
  'openai/text-moderation-latest': { input: 0, output: 0 },
  'openai/text-moderation-stable': { input: 0, output: 0 },
};
