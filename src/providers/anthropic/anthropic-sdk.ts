import * as sdk from '@anthropic-ai/sdk';
import { withTokens } from '../oidc/token-fetch.js';
import type { SdkConnection } from '../transport/batch-tools.js';
import type { Endpoint } from '../transport/endpoint.js';
import { receive } from '../transport/sdk-errors.js';
import { NO_TIMEOUT, sdkFetch } from '../transport/sdk-fetch.js';
import { transferFetch } from '../transport/transfer-fetch.js';

/** Anthropic's SDK at an endpoint: for batches. */
export function connectAnthropicSdk({
  baseUrl,
  key,
  tokens,
  headers,
  service,
  env,
}: Endpoint): SdkConnection<sdk.Anthropic> {
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
  return {
    client: connect(withTokens(sdkFetch(service, env), tokens)),
    transfer: connect(withTokens(transferFetch(), tokens)),
    receive: (sent, signal) => receive(sent, sdk, service, signal),
  };
}
