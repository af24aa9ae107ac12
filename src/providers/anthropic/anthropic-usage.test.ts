import { expect, it } from 'vitest';
import { readMessageUsage } from './anthropic-usage.js';

it('counts all input as input, and tells its parts', () => {
  expect(
    readMessageUsage({
      input_tokens: 21,
      cache_creation_input_tokens: 556,
      cache_read_input_tokens: 1800,
      cache_creation: { ephemeral_5m_input_tokens: 456, ephemeral_1h_input_tokens: 100 },
      output_tokens: 503,
      output_tokens_details: { thinking_tokens: 200 },
    }),
  ).toEqual({
    inputTokens: 2377,
    outputTokens: 503,
    cacheReadTokens: 1800,
    cacheWriteTokens: 556,
    cacheWrite1hTokens: 100,
    reasoningTokens: 200,
  });
});

it('leaves out what is not told, and what is no count', () => {
  expect(readMessageUsage({ input_tokens: 2, output_tokens: 1, cache_creation: null })).toEqual({
    inputTokens: 2,
    outputTokens: 1,
  });
  expect(readMessageUsage({ input_tokens: 2, cache_read_input_tokens: '1', output_tokens_details: 3 })).toEqual({
    inputTokens: 2,
    outputTokens: null,
  });
  expect(readMessageUsage(null)).toEqual({ inputTokens: null, outputTokens: null });
});
