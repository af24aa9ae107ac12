import type { z } from 'zod';
import { BATCH_PRICE_FACTOR } from '../core/prices.js';
import { secretReferenceSchema } from '../model/config.js';
import type { ModelRequest } from '../model/request.js';
import { anthropicBatches } from './anthropic-batches.js';
import { messagesBody, needsEarlierVersion, readMessage } from './anthropic-messages.js';
import { baseUrlSchema, headerSecrets, headersSchema, plainHeaders, resolveHeaders, trimSlashes } from './endpoint.js';
import { describeService } from './faults.js';
import { defineProvider } from './provider.js';
import { refuseStream, requireModel } from './requests.js';
import { receive, receiveAnswer } from './sdk-errors.js';
import { NO_TIMEOUT, sdkFetch } from './sdk-fetch.js';
import { transferFetch } from './transfer-fetch.js';

const OFFICIAL = 'https://api.anthropic.com';

const config = {
  apiKey: secretReferenceSchema
    .optional()
    .describe('Default: env:ANTHROPIC_API_KEY, or no key when there is a baseUrl or headers with a key.'),
  baseUrl: baseUrlSchema
    .optional()
    .describe(`Any server that speaks this format, with or without /v1. Default: ${OFFICIAL}.`),
  headers: headersSchema.optional(),
};
type Config = z.output<z.ZodObject<typeof config>>;

/** Anthropic's messages, and every server that speaks their format. */
export const anthropic = defineProvider({
  type: 'anthropic',
  describe: 'Anthropic, and every server that speaks its messages API.',
  config,
  builtIn: true,
  needsModel: true,
  cacheable: true,
  batches: { priceFactor: BATCH_PRICE_FACTOR },
  identity: ({ baseUrl, headers }) => ({
    baseUrl: baseOf(baseUrl) === OFFICIAL ? undefined : baseOf(baseUrl),
    headers: plainHeaders(headers),
  }),
  secrets: (entry) => [...(keyOf(entry) ?? []), ...headerSecrets(entry.headers)],
  create: async (entry, { name, secret }) => {
    const baseURL = baseOf(entry.baseUrl);
    const key = keyOf(entry)?.map(secret)[0];
    const service = describeService(baseURL, [
      ...(key === undefined ? [] : [key]),
      ...headerSecrets(entry.headers).map(secret),
    ]);
    const sdk = await import('@anthropic-ai/sdk');
    const connect = (send: typeof fetch) =>
      new sdk.Anthropic({
        baseURL,
        // Without a key the SDK would look for one in the files of other tools; the header is taken out
        apiKey: key ?? 'none',
        defaultHeaders: { ...(key === undefined && { authorization: null }), ...resolveHeaders(entry.headers, secret) },
        maxRetries: 0,
        timeout: NO_TIMEOUT,
        logLevel: 'off',
        openTelemetry: false,
        fetch: send,
      });
    const client = connect(sdkFetch(service));
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
        const headers = needsEarlierVersion(body) ? earlier : undefined;
        // Not messages.create: its types know only the newest version, and it prints warnings
        const sent = client.post<unknown>('/v1/messages', { body, signal, ...(headers && { headers }) });
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
  },
});

/** The address that the SDK puts /v1/messages behind. */
function baseOf(baseUrl = OFFICIAL): string {
  return trimSlashes(baseUrl).replace(/\/v1$/, '');
}

/** The reference of the key, or undefined for an endpoint that was given none. */
function keyOf({ apiKey, baseUrl, headers }: Config): [string] | undefined {
  if (apiKey !== undefined) return [apiKey];
  return baseUrl === undefined && headerSecrets(headers).length === 0 ? ['env:ANTHROPIC_API_KEY'] : undefined;
}
