import * as sdk from 'openai';
import { withTokens } from '../oidc/token-fetch.js';
import type { SdkConnection } from '../transport/batch-tools.js';
import type { Endpoint } from '../transport/endpoint.js';
import { receive } from '../transport/sdk-errors.js';
import { NO_TIMEOUT, sdkFetch } from '../transport/sdk-fetch.js';
import { transferFetch } from '../transport/transfer-fetch.js';

interface OpenaiAccount extends Endpoint {
  /** Whether it is OpenAI itself. */
  readonly isOfficial: boolean;
  readonly apiVersion: string | undefined;
}

/** OpenAI's SDK at an endpoint: for batches and files. */
export function connectOpenaiSdk({
  baseUrl,
  isOfficial,
  apiVersion,
  key,
  tokens,
  headers,
  service,
  env,
}: OpenaiAccount): SdkConnection<sdk.OpenAI> {
  const connect = (send: typeof fetch) =>
    new sdk.OpenAI({
      baseURL: baseUrl,
      // The SDK insists on a key; the header it would make of it is taken out
      apiKey: key ?? 'none',
      adminAPIKey: null,
      defaultHeaders: { ...(key === undefined && { authorization: null }), ...headers },
      ...(apiVersion !== undefined && { defaultQuery: { 'api-version': apiVersion } }),
      // The account's names are for its own service only
      ...(!isOfficial && { organization: null, project: null }),
      maxRetries: 0,
      timeout: NO_TIMEOUT,
      logLevel: 'off',
      fetch: send,
    });
  return {
    client: connect(withTokens(sdkFetch(service, env), tokens)),
    transfer: connect(withTokens(transferFetch(), tokens)),
    receive: (sent, signal) => receive(sent, sdk, service, signal),
  };
}
