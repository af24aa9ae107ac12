import { z } from 'zod';
import { parseJsonText } from '../core/text/json-text.js';
import { jsonText } from '../core/text/json-value.js';
import { type Json, jsonSchema } from '../model/json.js';
import type { Answer, FinishReason } from '../model/output.js';
import type { ModelRequest } from '../model/request.js';
import { badResponse, errorInAnswer, isError, requireNoError, type Service, unexpectedAnswer } from './faults.js';
import type { LimitParameter } from './limit-parameter.js';
import { chatMessage } from './openai-messages.js';
import { readServiceTier, readUsage } from './openai-usage.js';
import { ProviderError } from './provider-error.js';
import { withoutUndefined } from './requests.js';

/**
 * The body of a chat completion. `extra` comes first: it adds, and replaces nothing. `limit` is what the limit of tokens is
 * called: see limit-parameter.ts.
 */
export function chatBody(
  { parameters, messages, tools, output }: ModelRequest,
  model: string,
  limit: LimitParameter,
): Record<string, unknown> {
  return {
    ...parameters.extra,
    model,
    messages: messages.map(chatMessage),
    ...withoutUndefined({
      temperature: parameters.temperature,
      top_p: parameters.topP,
      [limit]: parameters.maxTokens,
      stop: parameters.stop,
      seed: parameters.seed,
      frequency_penalty: parameters.frequencyPenalty,
      presence_penalty: parameters.presencePenalty,
      reasoning_effort: parameters.reasoningEffort,
      response_format: responseFormat(output),
    }),
    ...(tools.length > 0 && { tools: tools.map((tool) => ({ type: 'function', function: tool })) }),
  };
}

function responseFormat({ format, schema, name = 'output', description, strict = true }: ModelRequest['output']) {
  if (format !== 'json') return undefined;
  return schema === undefined
    ? { type: 'json_object' }
    : { type: 'json_schema', json_schema: { name, ...withoutUndefined({ description }), strict, schema } };
}

/** What is read of an answer. Servers of this format differ in everything else. */
const completionSchema = z.object({
  model: z.string().nullable().catch(null),
  usage: z.unknown().optional(),
  choices: z.array(
    z.object({
      finish_reason: z.string().nullish(),
      error: z.unknown().optional(),
      message: z
        .object({
          // Some servers send the text in parts, as requests may
          content: z.union([z.string(), z.array(z.looseObject({ text: z.string().optional() }))]).nullish(),
          refusal: z.string().nullish(),
          tool_calls: z.array(z.object({ function: z.object({ name: z.string(), arguments: jsonSchema }) })).nullish(),
        })
        .nullish(),
    }),
  ),
});

const FINISH: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  length: 'length',
  model_length: 'length',
  tool_calls: 'tool-calls',
  function_call: 'tool-calls',
  content_filter: 'content-filter',
};

/** Services that pass requests on, and some others, end an answer so when what makes it has failed half-way. */
const BROKEN = /^(?:error|abort(?:ed)?|cancel(?:l?ed)?|timeout|network_error|insufficient_system_resource)$/i;

/**
 * Reads a chat completion. Throws ProviderError when it is none: an error in an answer with status 200 (at the top or
 * in the choice, whatever text is there too), an answer that broke off, no choice, a choice with neither text nor tool
 * calls. A filtered answer, and one that was cut off before its first word, have the text ''.
 */
export function readCompletion(body: unknown, service: Service): Answer {
  requireNoError(body, service);
  const parsed = completionSchema.safeParse(body);
  const shown = () => (body === undefined ? '' : jsonText(body));
  if (!parsed.success) throw unexpectedAnswer(body, 'a chat completion', service);
  const { choices, usage, model } = parsed.data;
  const choice = choices[0];
  if (!choice) throw badResponse('answered without a choice', shown(), service);
  if (isError(choice.error)) throw errorInAnswer(choice.error, service);
  if (BROKEN.test(choice.finish_reason ?? ''))
    throw new ProviderError('server', `${service.host} broke off its answer (finish_reason ${choice.finish_reason})`);
  const { content, refusal, tool_calls: calls } = choice.message ?? {};
  const finishReason = choice.finish_reason ? (FINISH[choice.finish_reason] ?? 'other') : null;
  const rest = {
    toolCalls: (calls ?? []).map((call) => ({
      name: call.function.name,
      arguments: parseArguments(call.function.arguments, service),
    })),
    usage: readUsage(usage),
    ...readServiceTier(body),
    servedModel: model,
  };
  if (refusal) return { ...rest, text: refusal, finishReason: 'refusal' };
  const mayBeEmpty = rest.toolCalls.length > 0 || finishReason === 'content-filter' || finishReason === 'length';
  if ((content ?? null) === null && !mayBeEmpty) throw badResponse('answered without a text', shown(), service);
  return { ...rest, text: joinParts(content ?? ''), finishReason };
}

function joinParts(content: string | readonly { readonly text?: string | undefined }[]): string {
  return typeof content === 'string' ? content : content.map((part) => part.text ?? '').join('');
}

/**
 * The arguments as JSON; text that is none (a key that is given twice makes it so) is kept as it came, for a metric to
 * judge.
 */
function parseArguments(written: Json, service: Service): Json {
  if (typeof written !== 'string') return written;
  const parsed = parseJsonText(written);
  if (parsed.fault === null) return parsed.data;
  if (!parsed.fault.tooDeep) return written;
  throw badResponse('called a tool with arguments that are nested too deeply to be read', written, service);
}
