import { z } from 'zod';
import { BATCH_PRICE_FACTOR } from '../core/prices.js';
import { secretReferenceSchema } from '../model/config.js';
import type { ModelRequest } from '../model/request.js';
import { baseUrlSchema, headerSecrets, headersSchema, plainHeaders, resolveHeaders, trimSlashes } from './endpoint.js';
import { describeService } from './faults.js';
import { openaiBatches } from './openai-batches.js';
import { chatBody, readCompletion, takesCompletionTokens } from './openai-chat.js';
import { readEmbeddings } from './openai-embeddings.js';
import { readModeration } from './openai-moderations.js';
import { defineProvider, type ProviderCall } from './provider.js';
import { refuseStream, requireModel } from './requests.js';
import { receive, receiveAnswer } from './sdk-errors.js';
import { NO_TIMEOUT, sdkFetch } from './sdk-fetch.js';
import { transferFetch } from './transfer-fetch.js';

const OFFICIAL = 'https://api.openai.com/v1';

const config = {
  apiKey: secretReferenceSchema
    .optional()
    .describe('Default: env:OPENAI_API_KEY, or no key when there is a baseUrl or headers with a key.'),
  baseUrl: baseUrlSchema.optional().describe(`Any server that speaks this format. Default: ${OFFICIAL}.`),
  apiVersion: z.string().min(1).optional().describe('Sent as ?api-version=, which Azure wants.'),
  headers: headersSchema.optional(),
};
type Config = z.output<z.ZodObject<typeof config>>;

/** OpenAI's chat completions, and every server that speaks their format. */
export const openai = defineProvider({
  type: 'openai',
  describe: 'OpenAI, and every server with its chat completions: Ollama, vLLM, OpenRouter, Azure.',
  config,
  builtIn: true,
  needsModel: true,
  cacheable: true,
  embeds: true,
  moderates: true,
  batches: { priceFactor: BATCH_PRICE_FACTOR },
  identity: ({ baseUrl, apiVersion, headers }) => ({
    baseUrl: trimSlashes(baseUrl ?? OFFICIAL) === OFFICIAL ? undefined : trimSlashes(baseUrl ?? OFFICIAL),
    apiVersion,
    headers: plainHeaders(headers),
  }),
  secrets: (entry) => [...(keyOf(entry) ?? []), ...headerSecrets(entry.headers)],
  create: async (entry, { name, secret }) => {
    const baseURL = trimSlashes(entry.baseUrl ?? OFFICIAL);
    const key = keyOf(entry)?.map(secret)[0];
    const headers = resolveHeaders(entry.headers, secret);
    const service = describeService(baseURL, [...(key ? [key] : []), ...headerSecrets(entry.headers).map(secret)]);
    const completionTokens = takesCompletionTokens(baseURL);
    const sdk = await import('openai');
    const connect = (send: typeof fetch) =>
      new sdk.OpenAI({
        baseURL,
        // The SDK insists on a key; the header it would make of it is taken out
        apiKey: key ?? 'none',
        adminAPIKey: null,
        defaultHeaders: { ...(key === undefined && { authorization: null }), ...headers },
        ...(entry.apiVersion !== undefined && { defaultQuery: { 'api-version': entry.apiVersion } }),
        // The account's names are for its own service only
        ...(baseURL !== OFFICIAL && { organization: null, project: null }),
        maxRetries: 0,
        timeout: NO_TIMEOUT,
        logLevel: 'off',
        fetch: send,
      });
    const client = connect(sdkFetch(service));
    const post = (path: string, body: Record<string, unknown>, call: ProviderCall): Promise<unknown> =>
      receiveAnswer(client.post<unknown>(path, { body, signal: call.signal }), sdk, service, call);
    const bodyOf = (request: ModelRequest) => {
      const body = chatBody(request, requireModel(request.model, name), { completionTokens });
      refuseStream(body);
      return body;
    };
    return {
      complete: async (request, call) =>
        readCompletion(await post('/chat/completions', bodyOf(request), call), service),
      embed: async (model, texts, call) => {
        const body = { model, input: [...texts], encoding_format: 'float' };
        return readEmbeddings(await post('/embeddings', body, call), texts.length, service);
      },
      moderate: async (model, text, call) =>
        readModeration(await post('/moderations', { model, input: text }, call), service),
      batches: openaiBatches({
        client,
        transfer: connect(transferFetch()),
        service,
        bodyOf,
        receive: (sent, signal) => receive(sent, sdk, service, signal),
      }),
    };
  },
});

/** The reference of the key, or undefined for an endpoint that was given none: a local server needs none. */
function keyOf({ apiKey, baseUrl, headers }: Config): [string] | undefined {
  if (apiKey !== undefined) return [apiKey];
  return baseUrl === undefined && headerSecrets(headers).length === 0 ? ['env:OPENAI_API_KEY'] : undefined;
}
