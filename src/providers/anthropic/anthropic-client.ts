import type { ModelRequest } from '../../model/request.js';
import { collectMedia, type FindMedia, requireTaken } from '../contract/media.js';
import type { Provider } from '../contract/provider.js';
import { withTokenBeta } from '../oidc/anthropic-federation.js';
import { once } from '../transport/batch-tools.js';
import type { Endpoint } from '../transport/endpoint.js';
import { jsonPoster } from '../transport/post-json.js';
import { refuseStream, requireModel } from '../transport/requests.js';
import { anthropicBatches } from './anthropic-batches.js';
import { messagesBody, needsEarlierVersion, readMessage } from './anthropic-messages.js';
import { MessageStream } from './anthropic-stream.js';
import { refuseBlock } from './anthropic-turns.js';

interface AnthropicEndpoint extends Endpoint {
  /** Whether answers are asked for as streams. */
  readonly stream: boolean;
}

/** The version that the SDK asks for, and the one before, which carried the key in another header. */
const VERSION = '2026-10-21';
const EARLIER_VERSION = '2023-06-01';

/** Makes calls of Anthropic's API; its SDK is loaded for batches only. */
export function connectAnthropic(endpoint: AnthropicEndpoint): Provider {
  const { name, baseUrl, key, tokens, stream, service, env } = endpoint;
  const headers = tokens ? withTokenBeta(endpoint.headers) : endpoint.headers;
  const post = jsonPoster({ baseUrl, headers: {}, tokens, service, env });
  const now = { 'anthropic-version': VERSION, ...(key !== undefined && { authorization: `Bearer ${key}` }) };
  const earlier = { 'anthropic-version': EARLIER_VERSION, ...(key !== undefined && { 'x-api-key': key }) };
  const bodyOf = async (request: ModelRequest, find: FindMedia | undefined) => {
    refuseStream(request.parameters);
    requireTaken(request.messages, refuseBlock);
    return messagesBody(request, requireModel(request.model, name), await collectMedia(request.messages, find));
  };
  return {
    ...(tokens && { ready: async (signal) => void (await tokens.get(signal)) }),
    complete: async (request, call) => {
      const body = { ...(await bodyOf(request, call.media)), ...((stream || call.onText) && { stream: true }) };
      const own = needsEarlierVersion(body) ? { ...headers, ...earlier } : { ...now, ...headers };
      const assemble = () => new MessageStream(service);
      return readMessage(await post('/v1/messages', body, call, { headers: own, assemble }), service);
    },
    batches: anthropicBatches({
      connect: once(async () => (await import('./anthropic-sdk.js')).connectAnthropicSdk({ ...endpoint, headers })),
      service,
      bodyOf,
      earlier: { ...earlier, ...(key !== undefined && { authorization: null }) },
    }),
  };
}
