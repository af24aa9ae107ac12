import type { z } from 'zod';
import { BATCH_PRICE_FACTOR } from '../core/requests/prices.js';
import { secretReferenceSchema } from '../model/provider-keys.js';
import { ANSWER_LIMIT } from './anthropic/answer-limit.js';
import { refuseBlock } from './anthropic/anthropic-turns.js';
import { defineProvider } from './contract/provider.js';
import { anthropicFederation } from './oidc/anthropic-federation.js';
import { contradictionOf, federationConfig, federationLack, openAccess, withKnown } from './oidc/federation.js';
import {
  baseUrlSchema,
  endpointLack,
  headerSecrets,
  headersSchema,
  plainHeaders,
  resolveEndpoint,
  resolveHeaders,
  streamSchema,
  trimSlashes,
} from './transport/endpoint.js';
import { describeService } from './transport/faults.js';

const OFFICIAL = 'https://api.anthropic.com';

const config = {
  apiKey: secretReferenceSchema
    .optional()
    .describe('Default: env:ANTHROPIC_API_KEY, or no key when there is a baseUrl or headers with a key.'),
  ...federationConfig,
  baseUrl: baseUrlSchema
    .optional()
    .describe(`Any server that speaks this format, with or without /v1. Default: ${OFFICIAL}.`),
  headers: headersSchema.optional(),
  stream: streamSchema,
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
  answerLimit: ANSWER_LIMIT,
  batches: { priceFactor: BATCH_PRICE_FACTOR },
  contradiction: contradictionOf,
  identity: ({ baseUrl, headers }) => ({
    baseUrl: baseOf(baseUrl) === OFFICIAL ? undefined : baseOf(baseUrl),
    headers: plainHeaders(headers),
  }),
  refusesPart: refuseBlock,
  secrets: (entry) => [...(keyOf(entry) ?? []), ...headerSecrets(entry.headers)],
  lacks: (entry, place) =>
    endpointLack(entry.baseUrl, place.env) ??
    (entry.auth === 'oidc' ? federationLack(anthropicFederation(baseOf(entry.baseUrl)), place) : null),
  create: async (entry, context) => {
    const { name, secret, world } = context;
    const baseUrl = baseOf(entry.baseUrl === undefined ? undefined : resolveEndpoint(entry.baseUrl, world.env));
    const key = keyOf(entry)?.map(secret)[0];
    const secrets = [...(key === undefined ? [] : [key]), ...headerSecrets(entry.headers).map(secret)];
    const service = withKnown(describeService(baseUrl, secrets), context);
    const tokens = entry.auth === 'oidc' ? openAccess(anthropicFederation(baseUrl), entry, context) : null;
    const headers = resolveHeaders(entry.headers, secret);
    const { connectAnthropic } = await import('./anthropic/anthropic-client.js');
    const endpoint = { name, baseUrl, key, tokens, headers, service, env: world.env };
    return connectAnthropic({ ...endpoint, stream: entry.stream ?? false });
  },
});

/** The address that the SDK puts /v1/messages behind. */
function baseOf(baseUrl = OFFICIAL): string {
  return trimSlashes(baseUrl).replace(/\/v1$/, '');
}

/** The reference of the key, or undefined for an endpoint that was given none. */
function keyOf({ apiKey, auth, baseUrl, headers }: Config): [string] | undefined {
  if (auth === 'oidc') return undefined;
  if (apiKey !== undefined) return [apiKey];
  return baseUrl === undefined && headerSecrets(headers).length === 0 ? ['env:ANTHROPIC_API_KEY'] : undefined;
}
