import { checkMessagesRequest } from './anthropic-checks.js';
import type { FinishReason, ToolCall, Usage } from './behaviour.js';
import { asArray, asObject, asText, type JsonObject, parseJson } from './json.js';
import { type Demand, estimateTokens, textOfContent, type Wire, type WireError } from './wire.js';

const stopReasons: Readonly<Record<FinishReason, string>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  'content-filter': 'refusal',
  refusal: 'refusal',
};

/** Anthropic messages, not streamed. Source: https://docs.anthropic.com/en/api/messages */
export const anthropicMessages: Wire = {
  api: 'anthropic',
  service: 'chat',
  headers: (serial) => ({ 'request-id': requestId(serial), 'anthropic-organization-id': 'org-test' }),
  // The service takes either header; version 1 of the SDK sends the key as a bearer token.
  readKey: (headers) => headers['x-api-key']?.toString() ?? /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1],
  refuseKey: (key) => ({
    status: 401,
    message: key === undefined ? 'x-api-key header is required' : 'invalid x-api-key',
  }),
  check: checkMessagesRequest,
  lastUserText: (body) => {
    const message = asArray(body['messages']).findLast((one) => asObject(one)['role'] === 'user');
    return textOfContent(asObject(message)['content']);
  },
  demand: readDemand,
  answer: (body, answer, serial) => {
    const calls = answer.toolCalls ?? [];
    const reason = answer.finishReason ?? (calls.length > 0 ? 'tool-calls' : 'stop');
    return {
      id: `msg_${serial}`,
      type: 'message',
      role: 'assistant',
      model: nameModel(asText(body['model'])),
      content: [
        ...(answer.text === '' ? [] : [{ type: 'text', text: answer.text }]),
        ...calls.map((call, at) => ({
          type: 'tool_use',
          id: `toolu_${serial}_${at}`,
          name: call.name,
          input: readInput(call),
        })),
      ],
      stop_reason: stopReasons[reason],
      stop_sequence: null,
      usage: sayUsage(answer.usage ?? estimateUsage(body, answer.text)),
    };
  },
  error: (error, body, serial) => ({
    type: 'error',
    error: {
      type: error.type ?? errorTypes[error.status] ?? (error.status < 500 ? 'invalid_request_error' : 'api_error'),
      message: error.message ?? usualMessage(error, asText(body['model'])),
    },
    request_id: requestId(serial),
  }),
  withoutContent: (answer) => ({ ...answer, content: [] }),
  withNullContent: (answer) => ({ ...answer, content: null }),
};

/** Source: https://docs.anthropic.com/en/api/errors */
const errorTypes: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

function usualMessage({ status }: WireError, model: string): string {
  switch (status) {
    case 401:
      return 'invalid x-api-key';
    case 403:
      return 'Your API key does not have permission to use the specified resource.';
    case 404:
      return `model: ${model}`;
    case 429:
      return "This request would exceed your organization's rate limit of 50 requests per minute.";
    case 529:
      return 'Overloaded';
    default:
      return status < 500 ? 'The request is not valid.' : 'Internal server error';
  }
}

function requestId(serial: number): string {
  return `req_anthropic_${serial}`;
}

// Anthropic writes the date of a snapshot without hyphens.
function nameModel(model: string): string {
  return /\d{8}$/.test(model) ? model : `${model}-20250414`;
}

function readDemand(body: JsonObject): Demand {
  const format = asObject(asObject(body['output_config'])['format']);
  const choice = asObject(body['tool_choice']);
  const tools = asArray(body['tools']).map(asObject);
  const forced =
    choice['type'] === 'tool'
      ? tools.find((tool) => tool['name'] === choice['name'])
      : choice['type'] === 'any'
        ? tools[0]
        : undefined;
  return {
    schema: format['type'] === 'json_schema' ? asObject(format['schema']) : null,
    tool: forced ? { name: asText(forced['name']), schema: asObject(forced['input_schema']) } : null,
  };
}

// The input is an object on this wire, so a text that is no JSON can only be sent as a string.
function readInput(call: ToolCall) {
  return typeof call.arguments === 'string' ? (parseJson(call.arguments) ?? call.arguments) : call.arguments;
}

function estimateUsage(body: JsonObject, text: string): Usage {
  const sent = asArray(body['messages']).map((message) => textOfContent(asObject(message)['content']));
  const all = [textOfContent(body['system']), ...sent].join('\n');
  return { inputTokens: estimateTokens(all), outputTokens: estimateTokens(text) };
}

// Unlike OpenAI's, the input tokens of this vendor leave out what came from the cache.
function sayUsage(usage: Usage): JsonObject {
  const cached = usage.cachedInputTokens ?? 0;
  return {
    input_tokens: usage.inputTokens - cached,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: cached,
    output_tokens: usage.outputTokens,
    service_tier: 'standard',
  };
}
