import { z } from 'zod';
import { isRecord, type Json, jsonSchema } from './json.js';

const MODEL = 'the prompt, a suite or --model names it';
const MESSAGES = 'write `messages`';
const LIMIT = 'write modelParameters.maxTokens';
const OUTPUT = 'write `output`';
const ONE_ANSWER = 'one answer a call is read; write `trials`';
const ANSWER = 'the output is what the model that is reported has answered';

/** What llmci sets itself, of every service, and where it is written instead. In `extra` it would be sent and not reported. */
const OWN: Readonly<Record<string, string>> = {
  model: MODEL,
  models: MODEL,
  model_id: MODEL,
  model_name: MODEL,
  deployment_id: MODEL,
  fallbacks: MODEL,
  fallback_models: MODEL,
  preset: MODEL,
  engine: ANSWER,
  route: ANSWER,
  mock_response: ANSWER,
  mock_tool_calls: ANSWER,
  echo: ANSWER,
  messages: MESSAGES,
  prompt: MESSAGES,
  input: MESSAGES,
  instructions: MESSAGES,
  contents: MESSAGES,
  system: MESSAGES,
  system_instruction: MESSAGES,
  system_prompt: MESSAGES,
  conversation: MESSAGES,
  chat_template: MESSAGES,
  prefill: MESSAGES,
  response_prefix: MESSAGES,
  prompt_id: MESSAGES,
  prompt_template: MESSAGES,
  prompt_variables: MESSAGES,
  previous_response_id: MESSAGES,
  max_tokens: LIMIT,
  max_completion_tokens: LIMIT,
  max_completions_tokens: LIMIT,
  max_gen_len: LIMIT,
  max_token_count: LIMIT,
  max_output_tokens: LIMIT,
  max_tokens_to_sample: LIMIT,
  max_new_tokens: LIMIT,
  max_length: LIMIT,
  num_predict: LIMIT,
  n_predict: LIMIT,
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

/** Of these, what some services take within an object too: which model answers, how much, and how often. */
const DEEP = new Map([...OWN_BY_BARE].filter(([, instead]) => [MODEL, LIMIT, ONE_ANSWER].includes(instead)));
/** Objects that hold parameters of the request itself, and so may replace each of them. */
const WRAPPER =
  /^(?:extra_?body|options|parameters|(?:generation|inference)_?config|sampling_params|model_kwargs|additional_?model_?request_?fields)$/i;
/** Objects that hold what a user calls as they like, and no parameters. */
const DATA = /^(?:metadata|labels|logit_bias|json|guided_.*|structured_.*|.*schema)$/i;

interface Hidden {
  readonly path: readonly (string | number)[];
  readonly key: string;
  readonly instead: string;
}

/** What llmci sets itself and what stands within the value of a parameter, such as `options: { num_predict: … }`. */
function* findHidden(value: Json, path: Hidden['path'], own: ReadonlyMap<string, string>): Generator<Hidden> {
  if (Array.isArray(value)) {
    for (const [index, member] of value.entries()) yield* findHidden(member, [...path, index], own);
  } else if (isRecord(value)) {
    for (const [key, member] of Object.entries(value)) {
      const instead = own.get(bare(key));
      if (instead !== undefined) yield { path: [...path, key], key, instead };
      else if (!DATA.test(key))
        yield* findHidden(member as Json, [...path, key], WRAPPER.test(key) ? OWN_BY_BARE : DEEP);
    }
  }
}

/** Parameters of one service, put into the body of a request as they are. */
export const extraSchema = z.record(z.string(), jsonSchema).superRefine((extra, context) => {
  for (const { path, key, instead } of findHidden(extra, [], OWN_BY_BARE))
    context.addIssue({ code: 'custom', path: [...path], message: `\`${key}\` is not for \`extra\`: ${instead}` });
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

/**
 * The first parameter that may change what a call costs in a way that cannot be foreseen; null when there is none. With a
 * limit on the answer (`limited`) it is foreseen what a model thinks.
 */
export function unforeseeable(
  extra: Readonly<Record<string, unknown>> = {},
  { limited }: { readonly limited: boolean },
): string | null {
  const isOpen = (key: string) => !limited && writesOn({ [key]: extra[key] });
  return Object.keys(extra).find((key) => !FREE.has(key) || isOpen(key)) ?? null;
}

const THINKS = /^(?:enable)?thinking$/;
const OFF = /^(?:false|no|none|null|off|disabled|0)$/i;

/** Whether a model thinks as long as it likes, or writes until it can no more. */
function writesOn(value: unknown): boolean {
  if (!isRecord(value)) return false;
  return Object.entries(value).some(([key, member]) => {
    const isOn = !OFF.test(String(isRecord(member) ? (member['type'] ?? member['enabled']) : member));
    if (bare(key) === 'ignoreeos') return isOn;
    return THINKS.test(bare(key)) ? isOn && tokensAskedFor(value) === 0 : writesOn(member);
  });
}

const ASKED = /^(?:(?:thinking|reasoning)?(?:token)?budget(?:tokens)?|min(?:new)?tokens)$/;
const EFFORT = /^(?:(?:reasoning)?effort|thinkinglevel)$/;
/** What Google's services make of a word for the effort; those of others think about as much, and tell no number. */
const BY_EFFORT: Readonly<Record<string, number>> = { low: 1024, medium: 8192, high: 24_576, xhigh: 32_768 };

/** How many tokens parameters let a model think, or have it write: where nothing else limits an answer, it may be as long. */
export function tokensAskedFor(parameters: unknown): number {
  if (!isRecord(parameters)) return 0;
  const found = Object.entries(parameters).map(([key, value]) => {
    if (EFFORT.test(bare(key))) return BY_EFFORT[String(value)] ?? 0;
    return ASKED.test(bare(key)) && Number.isFinite(Number(value)) ? Number(value) : tokensAskedFor(value);
  });
  return Math.max(0, ...found);
}
