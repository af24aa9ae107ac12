import type { IncomingHttpHeaders } from 'node:http';
import { asArray, asObject, asText, type JsonObject } from './json.js';
import type { WireError } from './wire.js';

const knownParameters = new Set(
  (
    'max_tokens messages model cache_control container inference_geo metadata output_config service_tier ' +
    'stop_sequences stream system thinking tool_choice tools'
  ).split(' '),
);

/** Gone with API version 2026-10-21, which version 1 of the SDK asks for; the version before still takes them. */
const samplingParameters = new Set(['temperature', 'top_k', 'top_p']);
const versionWithSampling = '2023-06-01';

/** Models that take no temperature but the default one, in the old version too. */
const modelsWithoutSampling = /^claude-(opus-4-[789]|(opus|sonnet|haiku|fable)-[5-9])/;

/** Returns what Anthropic would refuse about a messages request, or null: the traps that a client can fall into. */
export function checkMessagesRequest(body: JsonObject, headers: IncomingHttpHeaders): WireError | null {
  const version = headers['anthropic-version'];
  if (version === undefined) return refuse('anthropic-version: header is required');
  if (asText(body['model']) === '') return refuse('model: Field required');
  if (typeof body['max_tokens'] !== 'number') return refuse('max_tokens: Field required');
  const messages = asArray(body['messages']);
  if (messages.length === 0) return refuse('messages: at least one message is required');
  if (asObject(messages[0])['role'] === 'system')
    return refuse(
      'messages: Unexpected role "system". The Messages API accepts a top-level `system` parameter, not "system" as an input message role.',
    );
  const unknown = Object.keys(body).find(
    (name) => !knownParameters.has(name) && !(version === versionWithSampling && samplingParameters.has(name)),
  );
  if (unknown !== undefined) return refuse(`${unknown}: Extra inputs are not permitted`);
  if (body['stream'] === true) return refuse('stream: this test server does not stream');
  return checkTemperature(body);
}

function checkTemperature(body: JsonObject): WireError | null {
  const temperature = body['temperature'] ?? 1;
  if (typeof temperature !== 'number' || temperature > 1 || temperature < 0) return refuse('temperature: range: 0..1');
  return temperature !== 1 && modelsWithoutSampling.test(asText(body['model']))
    ? refuse('`temperature` is deprecated for this model.')
    : null;
}

function refuse(message: string): WireError {
  return { status: 400, message };
}
