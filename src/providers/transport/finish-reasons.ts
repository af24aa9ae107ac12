import type { FinishReason } from '../../model/output.js';
import { ProviderError } from '../contract/provider-error.js';
import type { Service } from './faults.js';

/**
 * Why models stop, as services call it: OpenAI, Anthropic, and what those that speak their formats pass on from Gemini,
 * Bedrock and servers of open models. The rest is `other`.
 */
const NAMES: Readonly<Record<'stop' | 'length' | 'tool-calls' | 'content-filter' | 'refusal', readonly string[]>> = {
  stop: ['stop', 'stop_sequence', 'end_turn', 'eos', 'eos_token', 'complete', 'completed'],
  length: [
    ...['length', 'model_length', 'max_length', 'max_tokens', 'max_output_tokens', 'max_completion_tokens'],
    ...['model_context_window_exceeded', 'context_window_exceeded', 'context_length_exceeded', 'context_length'],
  ],
  'tool-calls': ['tool_calls', 'tool_call', 'tool_use', 'function_call'],
  'content-filter': [
    ...['content_filter', 'content_filtered', 'guardrail_intervened', 'sensitive', 'model_armor'],
    ...['safety', 'recitation', 'language', 'blocklist', 'prohibited_content', 'spii'],
    ...['image_safety', 'image_prohibited_content', 'image_recitation'],
  ],
  refusal: ['refusal'],
};

const bare = (name: string) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
const BY_BARE = new Map<string, FinishReason | null>([
  ...Object.entries(NAMES).flatMap(([reason, names]) =>
    names.map((name) => [bare(name), reason as keyof typeof NAMES] as const),
  ),
  ...['', 'null', 'none', 'unspecified', 'finish_reason_unspecified'].map((name) => [bare(name), null] as const),
]);

/** Services that pass requests on, and some others, end an answer so when what makes it has failed half-way. */
const BROKEN = new RegExp(
  [
    ...[
      'error',
      'exception',
      'abort',
      'cancel',
      'fail',
      'crash',
      'kill',
      'terminat',
      'interrupt',
      'incomplete',
      'expire',
    ],
    ...[
      'timed?[ _-]?out',
      'rate_?limit',
      'throttl',
      'quota',
      'exhaust',
      'insufficient',
      'overload',
      'unavailable',
      'preempt',
    ],
    ...['disconnect', 'connection', 'network', 'upstream'],
  ].join('|'),
  'i',
);
/** What came is no answer: a call that the service could not read, or half of a turn that it wants to be asked to end. */
const UNREADABLE = /malformed|unexpected_?tool|too_?many_?tool|missing_?thought|pause|compaction/i;

/**
 * Why the model stopped, by the name that a service has for it; null when it says nothing. Throws ProviderError for the
 * names of what is no whole answer: whatever text came with it says nothing about the prompt.
 */
export function readFinish(name: string | null | undefined, { host, clean }: Service): FinishReason | null {
  const told = name ?? '';
  // Before the failures: a window that is exceeded may be called an error, and is an answer that was cut off
  const known = BY_BARE.get(bare(told));
  if (known !== undefined) return known;
  if (UNREADABLE.test(told))
    throw new ProviderError('bad-response', `${host} gave no whole answer (it stopped with ${clean(told)})`);
  if (BROKEN.test(told))
    throw new ProviderError('server', `${host} broke off its answer (it stopped with ${clean(told)})`);
  // Google writes `content_filter: SAFETY`
  return BY_BARE.get(bare(told.split(':')[0] ?? '')) ?? 'other';
}
