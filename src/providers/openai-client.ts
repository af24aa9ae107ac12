import * as sdk from 'openai';
import type { ModelRequest } from '../model/request.js';
import type { Service } from './faults.js';
import { type LimitParameter, limitParameterOf } from './limit-parameter.js';
import { openaiBatches } from './openai-batches.js';
import { chatBody, readCompletion } from './openai-chat.js';
import { readEmbeddings } from './openai-embeddings.js';
import { readModeration } from './openai-moderations.js';
import type { Provider, ProviderCall } from './provider.js';
import type { ProxyVariables } from './proxy-variables.js';
import { refuseStream, requireModel } from './requests.js';
import { receive, receiveAnswer } from './sdk-errors.js';
import { NO_TIMEOUT, sdkFetch } from './sdk-fetch.js';
import { transferFetch } from './transfer-fetch.js';

/** An endpoint, with all references to secrets resolved. */
interface OpenaiEndpoint {
  /** What the configuration calls the provider. */
  readonly name: string;
  readonly baseUrl: string;
  /** Whether it is OpenAI itself. */
  readonly isOfficial: boolean;
  readonly apiVersion: string | undefined;
  /** What it calls the limit of tokens; undefined to go by host and model. */
  readonly limitParameter: LimitParameter | undefined;
  readonly key: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly service: Service;
  /** It may name a proxy. */
  readonly env: ProxyVariables;
}

/** Makes calls through OpenAI's SDK. */
export function connectOpenai({
  name,
  baseUrl,
  isOfficial,
  apiVersion,
  limitParameter,
  key,
  headers,
  service,
  env,
}: OpenaiEndpoint): Provider {
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
  const client = connect(sdkFetch(service, env));
  const post = (path: string, body: Record<string, unknown>, call: ProviderCall): Promise<unknown> =>
    receiveAnswer(client.post<unknown>(path, { body, signal: call.signal }), sdk, service, call);
  const bodyOf = (request: ModelRequest) => {
    const model = requireModel(request.model, name);
    const body = chatBody(request, model, limitParameter ?? limitParameterOf(baseUrl, model));
    refuseStream(body);
    return body;
  };
  return {
    complete: async (request, call) => readCompletion(await post('/chat/completions', bodyOf(request), call), service),
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
}
