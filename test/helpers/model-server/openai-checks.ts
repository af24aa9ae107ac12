import { asArray, asObject, asText, type JsonObject } from './json.js';
import { textOfContent, type WireError } from './wire.js';

const knownParameters = new Set(
  (
    'messages model audio frequency_penalty function_call functions logit_bias logprobs max_completion_tokens ' +
    'max_tokens metadata modalities n parallel_tool_calls prediction presence_penalty prompt_cache_key ' +
    'prompt_cache_retention reasoning_effort response_format safety_identifier seed service_tier stop store stream ' +
    'stream_options temperature tool_choice tools top_logprobs top_p user verbosity web_search_options'
  ).split(' '),
);

/** Returns what OpenAI would refuse about a chat request, or null: the traps that a client can fall into. */
export function checkChatRequest(body: JsonObject): WireError | null {
  if (asText(body['model']) === '') return refuse('you must provide a model parameter');
  if (!Array.isArray(body['messages']))
    return refuse("Missing required parameter: 'messages'.", 'messages', 'missing_required_parameter');
  if (body['messages'].length === 0)
    return refuse(
      "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.",
      'messages',
      'empty_array',
    );
  const unknown = Object.keys(body).find((name) => !knownParameters.has(name));
  if (unknown !== undefined) return refuse(`Unknown parameter: '${unknown}'.`, unknown, 'unknown_parameter');
  if (body['stream'] === true) return refuse('This test server does not stream.', 'stream', 'unsupported_value');
  return checkReasoningModel(body) ?? checkFormat(body);
}

// Reasoning models refuse the parameters of the older ones instead of ignoring them.
function checkReasoningModel(body: JsonObject): WireError | null {
  if (!/^(o\d|gpt-5)/.test(asText(body['model']))) return null;
  if (body['max_tokens'] !== undefined)
    return refuse(
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      'max_tokens',
      'unsupported_parameter',
    );
  const temperature = body['temperature'] ?? 1;
  if (temperature !== 1)
    return refuse(
      `Unsupported value: 'temperature' does not support ${temperature} with this model. Only the default (1) value is supported.`,
      'temperature',
      'unsupported_value',
    );
  return null;
}

function checkFormat(body: JsonObject): WireError | null {
  const format = asObject(body['response_format']);
  if (format['type'] === 'json_object') {
    const texts = asArray(body['messages']).map((message) => textOfContent(asObject(message)['content']));
    return texts.some((text) => /json/i.test(text))
      ? null
      : refuse(
          "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
          'messages',
        );
  }
  if (format['type'] !== 'json_schema') return null;
  const { name, schema, strict } = asObject(format['json_schema']) as {
    name?: string;
    schema?: JsonObject;
    strict?: boolean;
  };
  if (typeof name !== 'string' || !/^[a-zA-Z0-9_-]{1,64}$/.test(name))
    return refuse(
      "Invalid 'response_format.json_schema.name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.",
      'response_format.json_schema.name',
      'invalid_value',
    );
  if (strict === true && asObject(schema)['additionalProperties'] !== false)
    return refuse(
      `Invalid schema for response_format '${name}': In context=(), 'additionalProperties' is required to be supplied and to be false.`,
      'response_format',
      'invalid_json_schema',
    );
  return null;
}

function refuse(message: string, param: string | null = null, code: string | null = null): WireError {
  return { status: 400, message, type: 'invalid_request_error', param, code };
}
