import { BATCH_PRICE_FACTOR } from '../core/requests/prices.js';
import { secretReferenceSchema } from '../model/provider-keys.js';
import { ANSWER_LIMIT } from './anthropic/answer-limit.js';
import { refuseBlock } from './anthropic/anthropic-turns.js';
import { defineProvider } from './contract/provider.js';
import { anthropicFederation } from './oidc/anthropic-federation.js';
import { contradictionOf, federationConfig, federationLack } from './oidc/federation.js';
import { endpointSecrets, openEndpoint } from './oidc/open-endpoint.js';
import {
  baseUrlSchema,
  endpointLack,
  headersSchema,
  plainHeaders,
  resolveEndpoint,
  streamSchema,
  trimSlashes,
} from './transport/endpoint.js';

const OFFICIAL = 'https://api.anthropic.com';
const USUAL_KEY = 'env:ANTHROPIC_API_KEY';

const config = {
  apiKey: secretReferenceSchema
    .optional()
    .describe(`Default: ${USUAL_KEY}, or no key when there is a baseUrl or headers with a key.`),
  ...federationConfig,
  baseUrl: baseUrlSchema
    .optional()
    .describe(`Any server that speaks this format, with or without /v1. Default: ${OFFICIAL}.`),
  headers: headersSchema.optional(),
  stream: streamSchema,
};

/** Anthropic's messages, and every server that speaks their format. */
export const anthropic = defineProvider({
  type: 'anthropic',
  describe: 'Anthropic, and every server that speaks its messages API.',
  config,
  builtIn: true,
  needsModel: true,
  cacheable: true,
  answerLimit: ANSWER_LIMIT,
  batches: { priceFactor: BATCH_PRICE_FACTOR },
  contradiction: contradictionOf,
  identity: ({ baseUrl, headers }) => ({
    baseUrl: baseOf(baseUrl) === OFFICIAL ? undefined : baseOf(baseUrl),
    headers: plainHeaders(headers),
  }),
  refusesPart: refuseBlock,
  secrets: (entry) => endpointSecrets(entry, USUAL_KEY),
  lacks: (entry, place) =>
    endpointLack(entry.baseUrl, place.env) ??
    endpointLack(entry.tokenUrl, place.env) ??
    (entry.auth === 'oidc' ? federationLack(anthropicFederation(baseOf(entry.baseUrl)), place) : null),
  create: async (entry, context) => {
    const baseUrl = baseOf(entry.baseUrl === undefined ? undefined : resolveEndpoint(entry.baseUrl, context.world.env));
    const access = { usual: USUAL_KEY, federation: anthropicFederation(baseUrl) };
    const endpoint = openEndpoint(entry, baseUrl, access, context);
    const { connectAnthropic } = await import('./anthropic/anthropic-client.js');
    return connectAnthropic({ ...endpoint, stream: entry.stream ?? false });
  },
});

/** The address that the SDK puts /v1/messages behind. */
function baseOf(baseUrl = OFFICIAL): string {
  return trimSlashes(baseUrl).replace(/\/v1$/, '');
}
