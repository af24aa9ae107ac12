import { countOfTokens, type Usage } from '../../model/output.js';
import { fieldOf, toldParts } from '../transport/usage-counts.js';

/**
 * The tokens of a message. The API counts what was written to and read from its cache beside `input_tokens`; here all of
 * it is input. What cannot be a count is not told.
 */
export function readMessageUsage(usage: unknown): Usage {
  const count = (name: string) => countOfTokens(fieldOf(usage, name));
  const created = fieldOf(usage, 'cache_creation');
  const uncached = count('input_tokens');
  const written = count('cache_creation_input_tokens');
  const read = count('cache_read_input_tokens');
  return {
    inputTokens: uncached === null ? null : uncached + (written ?? 0) + (read ?? 0),
    outputTokens: count('output_tokens'),
    ...toldParts({
      cacheReadTokens: read,
      cacheWriteTokens: written,
      cacheWrite1hTokens: fieldOf(created, 'ephemeral_1h_input_tokens'),
      reasoningTokens: fieldOf(fieldOf(usage, 'output_tokens_details'), 'thinking_tokens'),
    }),
  };
}
