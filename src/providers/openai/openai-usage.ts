import { countOfTokens, type ServiceTier, serviceTierSchema, type Usage } from '../../model/output.js';
import { fieldOf, toldParts } from '../transport/usage-counts.js';

/**
 * The tokens of an answer in OpenAI's form: by the names of Chat Completions, of the Responses API, or of services that
 * follow them. What cannot be a count is not told.
 *
 * Some services leave the reasoning out of `completion_tokens` and count it in `total_tokens` only (Gemini, xAI): what
 * the total has beyond both is output, for it is billed so.
 */
export function readUsage(usage: unknown): Usage {
  const input = fieldOf(usage, 'prompt_tokens_details') ?? fieldOf(usage, 'input_tokens_details');
  const output = fieldOf(usage, 'completion_tokens_details') ?? fieldOf(usage, 'output_tokens_details');
  const inputTokens = countOfTokens(fieldOf(usage, 'prompt_tokens') ?? fieldOf(usage, 'input_tokens'));
  const outputTokens = countOfTokens(fieldOf(usage, 'completion_tokens') ?? fieldOf(usage, 'output_tokens'));
  const total = countOfTokens(fieldOf(usage, 'total_tokens'));
  return {
    inputTokens,
    outputTokens:
      inputTokens === null || outputTokens === null || total === null
        ? outputTokens
        : Math.max(outputTokens, total - inputTokens),
    ...toldParts({
      cacheReadTokens:
        fieldOf(input, 'cached_tokens') ??
        // DeepSeek; Moonshot
        fieldOf(usage, 'prompt_cache_hit_tokens') ??
        fieldOf(usage, 'cached_tokens'),
      cacheWriteTokens: fieldOf(input, 'cache_write_tokens'),
      imageTokens: fieldOf(input, 'image_tokens'),
      audioTokens: fieldOf(input, 'audio_tokens'),
      reasoningTokens: fieldOf(output, 'reasoning_tokens'),
      outputAudioTokens: fieldOf(output, 'audio_tokens'),
    }),
  };
}

/** How the service says it has answered, for an answer; nothing when in its usual way, or not told. */
export function readServiceTier(body: unknown): { readonly serviceTier?: ServiceTier } {
  const told = fieldOf(body, 'service_tier');
  const tier = told == null ? undefined : serviceTierSchema.safeParse(told).data;
  return tier === undefined ? {} : { serviceTier: tier };
}
