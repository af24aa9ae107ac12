import { z } from 'zod';
import { jsonSchema } from './json.js';

const MODEL = 'the prompt, a suite or --model names it';
const MESSAGES = 'write `messages`';
const LIMIT = 'write modelParameters.maxTokens';
const OUTPUT = 'write `output`';
const ONE_ANSWER = 'one answer a call is read; write `trials`';

/** What llmci sets itself, of every service, and where it is written instead. In `extra` it would be sent and not reported. */
const OWN: Readonly<Record<string, string>> = {
  model: MODEL,
  models: MODEL,
  messages: MESSAGES,
  prompt: MESSAGES,
  input: MESSAGES,
  instructions: MESSAGES,
  system: MESSAGES,
  conversation: MESSAGES,
  previous_response_id: MESSAGES,
  max_tokens: LIMIT,
  max_completion_tokens: LIMIT,
  max_output_tokens: LIMIT,
  max_tokens_to_sample: LIMIT,
  max_new_tokens: LIMIT,
  num_predict: LIMIT,
  temperature: 'write modelParameters.temperature',
  top_p: 'write modelParameters.topP',
  stop: 'write modelParameters.stop',
  stop_sequences: 'write modelParameters.stop',
  seed: 'write modelParameters.seed',
  frequency_penalty: 'write modelParameters.frequencyPenalty',
  presence_penalty: 'write modelParameters.presencePenalty',
  reasoning_effort: 'write modelParameters.reasoningEffort',
  reasoning: 'write modelParameters.reasoningEffort',
  effort: 'write modelParameters.reasoningEffort',
  output_config: 'write `output`, and modelParameters.reasoningEffort',
  response_format: OUTPUT,
  output_format: OUTPUT,
  text: OUTPUT,
  tools: 'write `tools`',
  functions: 'write `tools`',
  function_call: 'write `tools`, and `tool_choice` here',
  n: ONE_ANSWER,
  best_of: ONE_ANSWER,
  num_completions: ONE_ANSWER,
  num_generations: ONE_ANSWER,
  num_return_sequences: ONE_ANSWER,
  candidate_count: ONE_ANSWER,
  stream: 'answers are read whole',
  stream_options: 'answers are read whole',
};

/** `maxTokens` and `MAX_TOKENS` are `max_tokens`: some services take any of them. */
const bare = (key: string) => key.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
const OWN_BY_BARE = new Map(Object.entries(OWN).map(([key, instead]) => [bare(key), instead]));

/** Parameters of one service, put into the body of a request as they are. */
export const extraSchema = z.record(z.string(), jsonSchema).superRefine((extra, context) => {
  for (const key of Object.keys(extra)) {
    const instead = OWN_BY_BARE.get(bare(key));
    if (instead === undefined) continue;
    context.addIssue({ code: 'custom', path: [key], message: `\`${key}\` is not for \`extra\`: ${instead}` });
  }
});

/** What is known to change neither how many tokens a call may use nor what they cost. */
const FREE = new Set([
  ...['user', 'metadata', 'store', 'safety_identifier', 'safety_settings', 'prompt_cache_key', 'verbosity', 'mirostat'],
  ...['logit_bias', 'logprobs', 'top_logprobs', 'top_k', 'top_a', 'min_p', 'typical_p', 'repetition_penalty'],
  // What is written to a cache is foreseen of every call
  'cache_control',
  ...['tool_choice', 'parallel_tool_calls', 'thinking', 'enable_thinking', 'chat_template_kwargs', 'keep_alive'],
  ...['guided_json', 'guided_regex', 'guided_choice', 'ignore_eos', 'min_tokens', 'safe_prompt', 'random_seed'],
]);

/** The first parameter that may change what a call costs in a way that cannot be foreseen; null when there is none. */
export function unforeseeable(extra: Readonly<Record<string, unknown>> = {}): string | null {
  return Object.keys(extra).find((key) => !FREE.has(key)) ?? null;
}
