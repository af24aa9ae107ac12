import { z } from 'zod';
import { sourceOf } from '../../core/requests/media-source.js';
import { MessageError } from '../../core/requests/message-error.js';
import { readParts } from '../../core/requests/read-parts.js';
import { isRecord, type Json, jsonSchema } from '../../model/json.js';
import type { SaidMessage } from '../../model/written-message.js';
import { ApiError } from '../http/api-error.js';
import { checkBody } from '../http/check-body.js';
import { continuationIn, readOwnTalk, readSaid, withContinuation } from './continuation.js';

/** What a client asks for, whatever API it speaks. */
export interface PromptCall {
  readonly id: string;
  /** The release that the client wants and no other; null for what is live. */
  readonly version: string | null;
  readonly variables: Readonly<Record<string, Json>>;
  /** What stands behind the prompt's own messages. */
  readonly messages: readonly SaidMessage[];
  /** Who asks: stays in one arm of a rollout. Null when nobody said. */
  readonly unit: string | null;
  readonly stream: boolean;
  /** Whether the last piece of a stream tells the usage. */
  readonly usage: boolean;
}

const promptSchema = z.strictObject({
  id: z.string().min(1),
  version: z.string().nullish(),
  variables: z.record(z.string(), jsonSchema.transform(plainValue)).nullish(),
});

/** OpenAI's variables may be parts: what a part says is the value, a text or where an image or a file is. */
function plainValue(value: Json, context: z.RefinementCtx): Json {
  if (!isRecord(value) || !/^input_(?:text|image|file|audio)$/.test(String(value['type']))) return value;
  try {
    const [part] = readParts([value]).parts;
    if (part) return 'text' in part ? part.text : sourceOf(part).source;
  } catch (error) {
    if (!(error instanceof MessageError)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
  }
  return value;
}

/** Fields that say how the call is made or for whom, and nothing of what is asked. */
const AROUND = {
  model: z.string().nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  user: z.string().nullish(),
  safety_identifier: z.string().nullish(),
  prompt_cache_key: z.string().nullish(),
  metadata: z.unknown().optional(),
  store: z.unknown().optional(),
};
const responsesSchema = z.strictObject({
  prompt: promptSchema,
  input: z.unknown().optional(),
  // What a model has thought comes back in any case, sealed
  include: z.array(z.literal('reasoning.encrypted_content')).nullish(),
  ...AROUND,
});
const chatSchema = z.strictObject({ prompt: promptSchema, messages: z.unknown().optional(), ...AROUND });
const renderSchema = z.strictObject({
  version: z.string().nullish(),
  variables: z.record(z.string(), jsonSchema.transform(plainValue)).nullish(),
  messages: z.unknown().optional(),
  unit: z.string().nullish(),
});

/** A body of the Responses API. Throws ApiError. */
export function readResponsesCall(body: unknown): PromptCall {
  const { input, ...rest } = check(responsesSchema, body);
  return callOf(rest, typeof input === 'string' ? [{ role: 'user', content: input }] : itemsOf(input));
}

/** A body of Chat Completions. Throws ApiError. */
export function readChatCall(body: unknown): PromptCall {
  const { messages, ...rest } = check(chatSchema, body);
  return callOf(rest, messages == null ? [] : readSaid(messages));
}

/** A body that asks for a prompt to be filled in. Throws ApiError. */
export function readRenderCall(id: string, body: unknown): PromptCall {
  const { version, variables, messages, unit } = check(renderSchema, body);
  return {
    id,
    version: version ?? null,
    variables: variables ?? {},
    messages: messages == null ? [] : readOwnTalk(messages),
    unit: unit ?? null,
    stream: false,
    usage: false,
  };
}

type Around = Pick<
  z.output<typeof chatSchema>,
  'prompt' | 'stream' | 'stream_options' | 'user' | 'safety_identifier' | 'prompt_cache_key'
>;

function callOf({ prompt, ...around }: Around, messages: readonly SaidMessage[]): PromptCall {
  return {
    id: prompt.id,
    version: prompt.version ?? null,
    variables: prompt.variables ?? {},
    messages,
    unit: around.safety_identifier ?? around.user ?? around.prompt_cache_key ?? null,
    stream: around.stream ?? false,
    usage: around.stream_options?.include_usage ?? false,
  };
}

/** Items of the Responses API as messages: it has calls and their results beside these. */
function itemsOf(input: unknown): readonly SaidMessage[] {
  if (input == null) return [];
  if (!Array.isArray(input)) throw new ApiError(400, 'invalid_input', '`input` is a text or a list of items', 'input');
  const messages: Record<string, unknown>[] = [];
  const brought = new Map<unknown, Json>();
  let thought: Json | undefined;
  for (const item of input as readonly unknown[]) {
    if (isRecord(item) && item['type'] === 'reasoning') {
      thought = continuationIn(item);
      continue;
    }
    const made = messageOf(item);
    const last = messages.at(-1);
    // What one answer asked for is one message: services want all results of it behind it
    if (made['tool_calls'] && last?.['role'] === 'assistant')
      last['tool_calls'] = [
        ...((last['tool_calls'] as unknown[] | undefined) ?? []),
        ...(made['tool_calls'] as unknown[]),
      ];
    else messages.push(made);
    if (made['tool_calls'] && thought !== undefined) {
      brought.set(messages.at(-1), thought);
      thought = undefined;
    }
  }
  return readSaid(messages.map((message) => withContinuation(message, brought.get(message))));
}

function messageOf(item: unknown): Record<string, unknown> {
  if (!isRecord(item)) throw new ApiError(400, 'invalid_input', 'an item of `input` is an object', 'input');
  const { type = 'message', role, content, call_id: id, name, arguments: args, output } = item;
  switch (type) {
    case 'message':
      return { role, content };
    case 'function_call':
      return { role: 'assistant', tool_calls: [{ id, type: 'function', function: { name, arguments: args } }] };
    case 'function_call_output':
      return { role: 'tool', tool_call_id: id, content: output };
    default:
      throw new ApiError(
        400,
        'invalid_input',
        `items of type ${String(type)} cannot be sent on: send messages, calls of functions and their outputs`,
        'input',
      );
  }
}

/** What of a request a release has fixed: an answer to something else was never judged. */
const FIXED = new Set([
  'temperature',
  'top_p',
  'max_tokens',
  'max_completion_tokens',
  'max_output_tokens',
  'tools',
  'tool_choice',
  'instructions',
  'response_format',
  'text',
  'reasoning',
  'reasoning_effort',
  'seed',
  'stop',
  'n',
  'frequency_penalty',
  'presence_penalty',
  'parallel_tool_calls',
]);

/** What was said before, kept by a service. */
const KEPT_THERE = new Set(['previous_response_id', 'conversation']);

function check<T>(schema: z.ZodObject & z.ZodType<T>, body: unknown): T {
  if (isRecord(body) && 'prompt' in schema.shape && body['prompt'] === undefined)
    throw new ApiError(400, 'missing_prompt', 'name the prompt: `prompt: { "id": "…", "variables": { … } }`', 'prompt');
  return checkBody(schema, body, (field) =>
    FIXED.has(field)
      ? 'is part of the release, which was judged with it: change the prompt and release it'
      : KEPT_THERE.has(field)
        ? 'is a conversation that a service keeps, and the gateway keeps none: send what was said'
        : null,
  );
}
