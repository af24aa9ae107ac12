import { describe, expect, it } from 'vitest';
import { readUsage } from './openai-usage.js';

describe('readUsage', () => {
  it('takes the parts that a chat completion tells', () => {
    expect(
      readUsage({
        prompt_tokens: 2006,
        completion_tokens: 300,
        total_tokens: 2306,
        prompt_tokens_details: { cached_tokens: 1920, cache_write_tokens: 64, audio_tokens: 0, image_tokens: 5 },
        completion_tokens_details: { reasoning_tokens: 64, audio_tokens: 7, accepted_prediction_tokens: 0 },
      }),
    ).toEqual({
      inputTokens: 2006,
      outputTokens: 300,
      cacheReadTokens: 1920,
      cacheWriteTokens: 64,
      imageTokens: 5,
      audioTokens: 0,
      reasoningTokens: 64,
      outputAudioTokens: 7,
    });
  });

  it('knows the names of the Responses API', () => {
    const input = { cached_tokens: 3, cache_write_tokens: 1 };
    const details = { input_tokens_details: input, output_tokens_details: { reasoning_tokens: 2 } };
    expect(readUsage({ input_tokens: 9, output_tokens: 4, total_tokens: 13, ...details })).toEqual({
      inputTokens: 9,
      outputTokens: 4,
      cacheReadTokens: 3,
      cacheWriteTokens: 1,
      reasoningTokens: 2,
    });
  });

  it('knows where services that follow OpenAI put cached tokens', () => {
    const usage = { prompt_tokens: 9, completion_tokens: 4 };
    expect(readUsage({ ...usage, prompt_cache_hit_tokens: 6, prompt_cache_miss_tokens: 3 }).cacheReadTokens).toBe(6);
    expect(readUsage({ ...usage, cached_tokens: 5 }).cacheReadTokens).toBe(5);
  });

  it('counts reasoning that is only in the total as output', () => {
    const reasoned = { completion_tokens_details: { reasoning_tokens: 94 } };
    const usage = { prompt_tokens: 9, completion_tokens: 3, total_tokens: 106 };
    expect(readUsage(usage)).toEqual({ inputTokens: 9, outputTokens: 97 });
    expect(readUsage({ ...usage, ...reasoned })).toEqual({ inputTokens: 9, outputTokens: 97, reasoningTokens: 94 });
    expect(readUsage({ ...usage, total_tokens: 0 })).toEqual({ inputTokens: 9, outputTokens: 3 });
  });

  it.each([
    [undefined, {}],
    [null, {}],
    ['7', {}],
    [{ prompt_tokens: '7', completion_tokens: -1, prompt_tokens_details: { cached_tokens: 1e300 } }, {}],
    [{ prompt_tokens_details: 'x', completion_tokens_details: null, total_tokens: 8 }, {}],
  ])('takes what is no count as not told: %j', (usage, parts) => {
    expect(readUsage(usage)).toEqual({ inputTokens: null, outputTokens: null, ...parts });
  });
});
