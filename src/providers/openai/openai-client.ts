import type { ModelRequest } from '../../model/request.js';
import { collectMedia, type FindMedia, requireTaken } from '../contract/media.js';
import type { Provider } from '../contract/provider.js';
import { requireContent } from '../transport/answer-parts.js';
import { once } from '../transport/batch-tools.js';
import type { Endpoint } from '../transport/endpoint.js';
import { jsonPoster } from '../transport/post-json.js';
import { refuseStream, requireModel } from '../transport/requests.js';
import { type ChatDialect, chatDialectOf } from './chat-dialect.js';
import type { LimitParameter } from './limit-parameter.js';
import { type ApiName, apiNameOf, refusePartOf } from './openai-api-name.js';
import { openaiApis } from './openai-apis.js';
import { openaiBatches } from './openai-batches.js';
import { readEmbeddings } from './openai-embeddings.js';
import { readModeration } from './openai-moderations.js';
import { type ThinkingForm, takeOutThinking, thinkingFormOf } from './thinking-tags.js';

/** An endpoint of OpenAI's API. Its environment may name the account's organization and project. */
interface OpenaiEndpoint extends Endpoint {
  /** Whether it is OpenAI itself. */
  readonly isOfficial: boolean;
  readonly apiVersion: string | undefined;
  /** What it calls the limit of tokens; undefined to go by host and model. */
  readonly limitParameter: LimitParameter | undefined;
  /** Whether answers are asked for as streams. */
  readonly stream: boolean;
  /** Undefined to go by the model. */
  readonly api: ApiName | undefined;
  /** How thinking stands in a text; undefined to go by the model. */
  readonly reasoning: ThinkingForm | undefined;
}

/** Makes calls of OpenAI's API; its SDK is loaded for batches only. */
export function connectOpenai(endpoint: OpenaiEndpoint): Provider {
  const { name, baseUrl, apiVersion, limitParameter, stream, service, tokens, env } = endpoint;
  const query = apiVersion === undefined ? {} : { 'api-version': apiVersion };
  const post = jsonPoster({ baseUrl, query, headers: headersOf(endpoint), tokens, service, env });
  const dialects = new Map<string, ChatDialect>();
  const dialectOf = (model: string) => {
    const known = dialects.get(model) ?? chatDialectOf(baseUrl, model, limitParameter);
    dialects.set(model, known);
    return known;
  };
  const apiOf = (model: string) => openaiApis[apiNameOf(endpoint, model)];
  const bodyOf = async (request: ModelRequest, find: FindMedia | undefined) => {
    const model = requireModel(request.model, name);
    refuseStream(request.parameters);
    const refuse = refusePartOf[apiNameOf(endpoint, model)];
    requireTaken(request.messages, (placed) => refuse(placed, endpoint.isOfficial));
    const media = await collectMedia(request.messages, find);
    return apiOf(model).bodyOf(request, model, dialectOf(model), media);
  };
  const read = (answer: unknown, model: string) => {
    const answered = apiOf(model).read(answer, service);
    // What has thought, and then said nothing, is no answer either
    return formOf(model) === 'tags' ? requireContent(takeOutThinking(answered, model), service) : answered;
  };
  const formOf = (model: string) => endpoint.reasoning ?? thinkingFormOf(model);
  return {
    ...(tokens && { ready: async (signal) => void (await tokens.get(signal)) }),
    complete: async (request, call) => {
      const model = requireModel(request.model, name);
      const { path, assemble, streamed } = apiOf(model);
      const asked = stream || call.onText ? streamed(dialectOf(model)) : {};
      const body = { ...(await bodyOf(request, call.media)), ...asked };
      // Where thinking stands in the text, what is a piece of the answer is known at its end only
      const { onText, ...deaf } = call;
      const told = onText && formOf(model) !== 'tags' ? call : deaf;
      return read(await post(path, body, told, { assemble }), model);
    },
    embed: async (model, texts, call) => {
      const body = { model, input: [...texts], encoding_format: 'float' };
      return readEmbeddings(await post('/embeddings', body, call), texts.length, service);
    },
    moderate: async (model, text, call) =>
      readModeration(await post('/moderations', { model, input: text }, call), service),
    batches: openaiBatches({
      connect: once(async () => (await import('./openai-sdk.js')).connectOpenaiSdk(endpoint)),
      service,
      bodyOf,
      pathOf: (model) => apiOf(model).path,
      read,
    }),
  };
}

/** As the SDK sends them, without what it tells of itself. */
function headersOf({ isOfficial, key, headers, env }: OpenaiEndpoint): Record<string, string> {
  const { OPENAI_ORG_ID: organization, OPENAI_PROJECT_ID: project } = env;
  return {
    // The account's names are for its own service only
    ...(isOfficial && organization && { 'openai-organization': organization }),
    ...(isOfficial && project && { 'openai-project': project }),
    ...(key !== undefined && { authorization: `Bearer ${key}` }),
    ...headers,
  };
}
