import * as sdk from '@anthropic-ai/sdk';
import type { ModelRequest } from '../model/request.js';
import { anthropicBatches } from './anthropic-batches.js';
import { messagesBody, needsEarlierVersion, readMessage } from './anthropic-messages.js';
import type { Service } from './faults.js';
import type { Provider } from './provider.js';
import type { ProxyVariables } from './proxy-variables.js';
import { refuseStream, requireModel } from './requests.js';
import { receive, receiveAnswer } from './sdk-errors.js';
import { NO_TIMEOUT, sdkFetch } from './sdk-fetch.js';
import { transferFetch } from './transfer-fetch.js';

/** An endpoint, with all references to secrets resolved. */
interface AnthropicEndpoint {
  /** What the configuration calls the provider. */
  readonly name: string;
  readonly baseUrl: string;
  readonly key: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly service: Service;
  /** It may name a proxy. */
  readonly env: ProxyVariables;
}

/** Makes calls through Anthropic's SDK. */
export function connectAnthropic({ name, baseUrl, key, headers, service, env }: AnthropicEndpoint): Provider {
  const connect = (send: typeof fetch) =>
    new sdk.Anthropic({
      baseURL: baseUrl,
      // Without a key the SDK would look for one in the files of other tools; the header is taken out
      apiKey: key ?? 'none',
      defaultHeaders: { ...(key === undefined && { authorization: null }), ...headers },
      maxRetries: 0,
      timeout: NO_TIMEOUT,
      logLevel: 'off',
      openTelemetry: false,
      fetch: send,
    });
  const client = connect(sdkFetch(service, env));
  // The version before the last, with the header that carried the key then
  const earlier = {
    'anthropic-version': '2023-06-01',
    ...(key !== undefined && { authorization: null, 'x-api-key': key }),
  };
  const bodyOf = (request: ModelRequest) => {
    const body = messagesBody(request, requireModel(request.model, name));
    refuseStream(body);
    return body;
  };
  return {
    complete: async (request, call) => {
      const body = bodyOf(request);
      const { signal } = call;
      const version = needsEarlierVersion(body) ? { headers: earlier } : {};
      // Not messages.create: its types know only the newest version, and it prints warnings
      const sent = client.post<unknown>('/v1/messages', { body, signal, ...version });
      return readMessage(await receiveAnswer(sent, sdk, service, call), service);
    },
    batches: anthropicBatches({
      client,
      transfer: connect(transferFetch()),
      service,
      bodyOf,
      earlier,
      receive: (sent, signal) => receive(sent, sdk, service, signal),
    }),
  };
}
