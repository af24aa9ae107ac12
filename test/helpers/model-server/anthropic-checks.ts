import type { IncomingHttpHeaders } from 'node:http';
import { asArray, asObject, asText, type JsonObject } from './json.js';
import type { WireError } from './wire.js';

const knownParameters = new Set(
  (
    'max_tokens messages model cache_control container inference_geo metadata output_config service_tier ' +
    'stop_sequences stream system temperature thinking tool_choice tools top_k top_p'
  ).split(' '),
);

/** Returns what Anthropic would refuse about a messages request, or null: the traps that a client can fall into. */
export function checkMessagesRequest(body: JsonObject, headers: IncomingHttpHeaders): WireError | null {
  if (headers['anthropic-version'] === undefined) return refuse('anthropic-version: header is required');
  if (asText(body['model']) === '') return refuse('model: Field required');
  if (typeof body['max_tokens'] !== 'number') return refuse('max_tokens: Field required');
  const messages = asArray(body['messages']);
  if (messages.length === 0) return refuse('messages: at least one message is required');
  if (asObject(messages[0])['role'] === 'system')
    return refuse(
      'messages: Unexpected role "system". The Messages API accepts a top-level `system` parameter, not "system" as an input message role.',
    );
  const unknown = Object.keys(body).find((name) => !knownParameters.has(name));
  if (unknown !== undefined) return refuse(`${unknown}: Extra inputs are not permitted`);
  const temperature = body['temperature'];
  if (typeof temperature === 'number' && temperature > 1) return refuse('temperature: range: 0..1');
  if (body['stream'] === true) return refuse('stream: this test server does not stream');
  return null;
}

function refuse(message: string): WireError {
  return { status: 400, message };
}
