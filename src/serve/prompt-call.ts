import { z } from 'zod';
import { readMessages } from '../core/requests/read-messages.js';
import { isRecord, type Json, jsonSchema } from '../model/json.js';
import type { WrittenMessage } from '../model/written-message.js';
import { ApiError } from './api-error.js';
import { checkBody } from './check-body.js';

/** What a client asks for, whatever API it speaks. */
export interface PromptCall {
  readonly id: string;
  /** The release that the client wants and no other; null for what is live. */
  readonly version: string | null;
  readonly variables: Readonly<Record<string, Json>>;
  /** What stands behind the prompt's own messages. */
  readonly messages: readonly WrittenMessage[];
  /** Who asks: stays in one arm of a rollout. Null when nobody said. */
  readonly unit: string | null;
  readonly stream: boolean;
  /** Whether the last piece of a stream tells the usage. */
  readonly usage: boolean;
}

const promptSchema = z.strictObject({
  id: z.string().min(1),
  version: z.string().nullish(),
  variables: z.record(z.string(), jsonSchema.transform(plainText)).nullish(),
});

/** OpenAI's variables may be parts: what a part of text says is the value. */
function plainText(value: Json): Json {
  if (!isRecord(value) || value['type'] !== 'input_text') return value;
  return typeof value['text'] === 'string' ? value['text'] : value;
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
const responsesSchema = z.strictObject({ prompt: promptSchema, input: z.unknown().optional(), ...AROUND });
const chatSchema = z.strictObject({ prompt: promptSchema, messages: z.unknown().optional(), ...AROUND });
const renderSchema = z.strictObject({
  version: z.string().nullish(),
  variables: z.record(z.string(), jsonSchema).nullish(),
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
  return callOf(rest, messages == null ? [] : readMessages(messages));
}

/** A body that asks for a prompt to be filled in. Throws ApiError. */
export function readRenderCall(id: string, body: unknown): PromptCall {
  const { version, variables, messages, unit } = check(renderSchema, body);
  return {
    id,
    version: version ?? null,
    variables: variables ?? {},
    messages: messages == null ? [] : readMessages(messages),
    unit: unit ?? null,
    stream: false,
    usage: false,
  };
}

type Around = Pick<
  z.output<typeof chatSchema>,
  'prompt' | 'stream' | 'stream_options' | 'user' | 'safety_identifier' | 'prompt_cache_key'
>;

function callOf({ prompt, ...around }: Around, messages: readonly WrittenMessage[]): PromptCall {
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
function itemsOf(input: unknown): readonly WrittenMessage[] {
  if (input == null) return [];
  if (!Array.isArray(input)) throw new ApiError(400, 'invalid_input', '`input` is a text or a list of items', 'input');
  return readMessages(
    input.map((item: unknown) => {
      if (!isRecord(item)) return item;
      if (item['type'] === 'function_call') {
        const { call_id: id, name, arguments: args } = item;
        return { role: 'assistant', tool_calls: [{ id, type: 'function', function: { name, arguments: args } }] };
      }
      if (item['type'] === 'function_call_output')
        return { role: 'tool', tool_call_id: item['call_id'], content: item['output'] };
      return { role: item['role'], content: partsOf(item['content']) };
    }),
  );
}

function partsOf(content: unknown): unknown {
  if (!Array.isArray(content)) return content;
  return content.map((part: unknown) =>
    isRecord(part) && /^(?:input|output)_text$/.test(String(part['type']))
      ? { type: 'text', text: part['text'] }
      : part,
  );
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

function check<T>(schema: z.ZodObject & z.ZodType<T>, body: unknown): T {
  if (isRecord(body) && 'prompt' in schema.shape && body['prompt'] === undefined)
    throw new ApiError(400, 'missing_prompt', 'name the prompt: `prompt: { "id": "…", "variables": { … } }`', 'prompt');
  return checkBody(schema, body, (field) =>
    FIXED.has(field) ? 'is part of the release, which was judged with it: change the prompt and release it' : null,
  );
}
