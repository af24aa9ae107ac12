import type { FinishReason, Usage } from './behaviour.js';
import { asArray, asObject, asText, isObject, type Json, type JsonObject } from './json.js';
import { checkChatRequest } from './openai-checks.js';
import { openaiCommon } from './openai-common.js';
import { type Demand, estimateTokens, nameServedModel, textOfArguments, textOfContent, type Wire } from './wire.js';

const finishReasons: Readonly<Record<FinishReason, string>> = {
  stop: 'stop',
  length: 'length',
  'tool-calls': 'tool_calls',
  'content-filter': 'content_filter',
  // A refusal is a message field, not a finish reason.
  refusal: 'stop',
};

/** OpenAI chat completions, not streamed. Source: https://platform.openai.com/docs/api-reference/chat/create */
export const openaiChat: Wire = {
  ...openaiCommon,
  service: 'chat',
  check: checkChatRequest,
  lastUserText: (body) => {
    const message = asArray(body['messages']).findLast((one) => asObject(one)['role'] === 'user');
    return textOfContent(asObject(message)['content']);
  },
  demand: readDemand,
  answer: (body, answer, serial) => {
    const calls = answer.toolCalls ?? [];
    const reason = answer.finishReason ?? (calls.length > 0 ? 'tool-calls' : 'stop');
    const refused = reason === 'refusal';
    const message: JsonObject = {
      role: 'assistant',
      content: refused || (answer.text === '' && calls.length > 0) ? null : answer.text,
      refusal: refused ? answer.text : null,
      annotations: [],
      ...(calls.length > 0 && {
        tool_calls: calls.map((call, at) => ({
          id: `call_${serial}_${at}`,
          type: 'function',
          function: { name: call.name, arguments: textOfArguments(call) },
        })),
      }),
    };
    return {
      id: `chatcmpl-${serial}`,
      object: 'chat.completion',
      created: Math.floor(Date.now() / 1000),
      model: nameServedModel(asText(body['model'])),
      choices: [{ index: 0, message, logprobs: null, finish_reason: finishReasons[reason] }],
      usage: sayUsage(answer.usage ?? estimateUsage(body, answer.text)),
      service_tier: 'default',
      system_fingerprint: 'fp_test',
    };
  },
  withoutContent: (answer) => ({ ...answer, choices: [] }),
  withNullContent: (answer) => ({
    ...answer,
    choices: asArray(answer['choices']).map((choice) => ({
      ...asObject(choice),
      message: { ...asObject(asObject(choice)['message']), content: null },
    })),
  }),
};

function readDemand(body: JsonObject): Demand {
  const format = asObject(body['response_format']);
  const choice = body['tool_choice'];
  const functions = asArray(body['tools']).map((tool) => asObject(asObject(tool)['function']));
  const forced = isObject(choice)
    ? functions.find((one) => one['name'] === asObject(choice['function'])['name'])
    : choice === 'required'
      ? functions[0]
      : undefined;
  return {
    schema: schemaOfFormat(format),
    tool: forced ? { name: asText(forced['name']), schema: asObject(forced['parameters']) } : null,
  };
}

function schemaOfFormat(format: JsonObject): JsonObject | null {
  if (format['type'] === 'json_schema') return asObject(asObject(format['json_schema'])['schema']);
  return format['type'] === 'json_object' ? { type: 'object', properties: { answer: { type: 'string' } } } : null;
}

function estimateUsage(body: JsonObject, text: string): Usage {
  const sent = asArray(body['messages']).map((message) => textOfContent(asObject(message)['content']));
  return { inputTokens: estimateTokens(sent.join('\n')), outputTokens: estimateTokens(text) };
}

function sayUsage(usage: Usage): Json {
  return {
    prompt_tokens: usage.inputTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: usage.inputTokens + usage.outputTokens,
    prompt_tokens_details: { cached_tokens: usage.cachedInputTokens ?? 0, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoningTokens ?? 0,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}
