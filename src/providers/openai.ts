import { z } from 'zod';
import { BATCH_PRICE_FACTOR } from '../core/requests/prices.js';
import { secretReferenceSchema } from '../model/provider-keys.js';
import { defineProvider } from './contract/provider.js';
import { contradictionOf, federationConfig, federationLack } from './oidc/federation.js';
import { endpointSecrets, openEndpoint } from './oidc/open-endpoint.js';
import { openaiFederation } from './oidc/openai-federation.js';
import { LIMIT_PARAMETERS } from './openai/limit-parameter.js';
import { APIS, apiNameOf, refusePartOf } from './openai/openai-api-name.js';
import { THINKING_FORMS } from './openai/thinking-tags.js';
import {
  baseUrlSchema,
  endpointLack,
  headersSchema,
  plainHeaders,
  resolveEndpoint,
  streamSchema,
  trimSlashes,
} from './transport/endpoint.js';

const OFFICIAL = 'https://api.openai.com/v1';
const USUAL_KEY = 'env:OPENAI_API_KEY';

const config = {
  apiKey: secretReferenceSchema
    .optional()
    .describe(`Default: ${USUAL_KEY}, or no key when there is a baseUrl or headers with a key.`),
  ...federationConfig,
  baseUrl: baseUrlSchema.optional().describe(`Any server that speaks this format. Default: ${OFFICIAL}.`),
  apiVersion: z.string().min(1).optional().describe('Sent as ?api-version=, which Azure wants.'),
  headers: headersSchema.optional(),
  stream: streamSchema,
  api: z
    .enum(APIS)
    .optional()
    .describe(
      'Chat Completions or the Responses API. Default: chat; responses at OpenAI for models that are offered only there.',
    ),
  reasoning: z
    .enum(THINKING_FORMS)
    .optional()
    .describe(
      'tags: what stands between `<think>` tags at the start of a text is reasoning and no part of the answer. Default: tags for models that write them, by their name.',
    ),
  limitParameter: z
    .enum(LIMIT_PARAMETERS)
    .optional()
    .describe('What the service calls the limit of tokens (`maxTokens`). Default: by its host and the model.'),
};

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
  contradiction: contradictionOf,
  identity: ({ baseUrl, apiVersion, headers, limitParameter, api, reasoning }) => ({
    baseUrl: trimSlashes(baseUrl ?? OFFICIAL) === OFFICIAL ? undefined : trimSlashes(baseUrl ?? OFFICIAL),
    apiVersion,
    headers: plainHeaders(headers),
    limitParameter,
    api: api === 'responses' ? api : undefined,
    reasoning,
  }),
  refusesPart: (placed, { baseUrl, api }, model) => {
    const isOfficial = trimSlashes(baseUrl ?? OFFICIAL) === OFFICIAL;
    return refusePartOf[apiNameOf({ api, isOfficial }, model ?? '')](placed, isOfficial);
  },
  secrets: (entry) => endpointSecrets(entry, USUAL_KEY),
  lacks: (entry, place) =>
    endpointLack(entry.baseUrl, place.env) ??
    endpointLack(entry.tokenUrl, place.env) ??
    (entry.auth === 'oidc' ? federationLack(openaiFederation, place) : null),
  create: async (entry, context) => {
    const baseUrl = trimSlashes(resolveEndpoint(entry.baseUrl ?? OFFICIAL, context.world.env));
    const access = { usual: USUAL_KEY, federation: openaiFederation };
    const endpoint = openEndpoint(entry, baseUrl, access, context);
    const { apiVersion, limitParameter, stream = false, api, reasoning } = entry;
    const wire = { isOfficial: baseUrl === OFFICIAL, apiVersion, limitParameter, stream, api, reasoning };
    const { connectOpenai } = await import('./openai/openai-client.js');
    return connectOpenai({ ...endpoint, ...wire });
  },
});
