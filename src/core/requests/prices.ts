import type { Price } from '../../model/config.js';

/** The day the table below was last compared with the providers' published prices. */
export const PRICES_AS_OF = '2025-08-15';

/**
 * What a request costs in a batch, as a share of the price below: half, for input and output, at both services.
 * https://platform.openai.com/docs/guides/batch, https://platform.claude.com/docs/en/build-with-claude/batch-processing
 */
export const BATCH_PRICE_FACTOR = 0.5;

/**
 * US dollars for a million tokens, by `provider type/model`. Standard (not batch, not cached) list prices as published
 * by the providers. A model that is not here has no price: its cost is null until llmci.yaml gives one under `prices`.
 */
export const PRICES: Readonly<Record<string, Price>> = {
  'openai/gpt-5': { input: 1.25, output: 10 },
  'openai/gpt-5-mini': { input: 0.25, output: 2 },
  'openai/gpt-5-nano': { input: 0.05, output: 0.4 },
  'openai/gpt-4.1': { input: 2, output: 8 },
  'openai/gpt-4.1-mini': { input: 0.4, output: 1.6 },
  'openai/gpt-4.1-nano': { input: 0.1, output: 0.4 },
  'openai/gpt-4o': { input: 2.5, output: 10 },
  'openai/gpt-4o-mini': { input: 0.15, output: 0.6 },
  'openai/o3': { input: 2, output: 8 },
  'openai/o4-mini': { input: 1.1, output: 4.4 },
  'openai/text-embedding-3-small': { input: 0.02, output: 0 },
  'openai/text-embedding-3-large': { input: 0.13, output: 0 },
  'openai/text-embedding-ada-002': { input: 0.1, output: 0 },
  'openai/omni-moderation': { input: 0, output: 0 },
  'openai/omni-moderation-latest': { input: 0, output: 0 },
  'openai/text-moderation-latest': { input: 0, output: 0 },
  'openai/text-moderation-stable': { input: 0, output: 0 },
  'anthropic/claude-opus-4-1': { input: 15, output: 75 },
  'anthropic/claude-opus-4-0': { input: 15, output: 75 },
  'anthropic/claude-sonnet-4-0': { input: 3, output: 15 },
  'anthropic/claude-3-7-sonnet-latest': { input: 3, output: 15 },
  'anthropic/claude-3-5-haiku-latest': { input: 0.8, output: 4 },
};
