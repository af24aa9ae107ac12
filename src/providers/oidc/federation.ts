import { z } from 'zod';
import type { Lack, ProviderContext } from '../contract/provider.js';
import { ProviderError } from '../contract/provider-error.js';
import { AccessTokens } from '../transport/access-tokens.js';
import { endpointSchema, resolveEndpoint } from '../transport/endpoint.js';
import { describeService, type Service } from '../transport/faults.js';
import { type IdentityVariables, identityLack, type JobPlace, readIdentityToken } from './identity-token.js';
import { exchangeToken } from './token-exchange.js';

/** How a vendor exchanges the identity token of a job for a short-lived access token. */
export interface Federation {
  /** Where, unless the configuration says otherwise. */
  readonly tokenUrl: string;
  /** What the identity token is asked for, unless the configuration says otherwise. */
  readonly audience: string;
  readonly identity: IdentityVariables;
  /** Variables that have to be set; they hold names, not secrets. */
  readonly required: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyOf: (identityToken: string, env: JobPlace['env']) => Readonly<Record<string, string | undefined>>;
  /** What to check when the exchange is refused. */
  readonly advice: string;
}

const ONLY_HTTPS = 'an identity token goes over https:// only, but for this machine';

/** The keys of an entry in llmci.yaml that has access tokens in place of a key. */
export const federationConfig = {
  auth: z
    .literal('oidc')
    .optional()
    .describe(
      'In place of apiKey: the identity token of the CI job (GitHub, GitLab, or a file) is exchanged for a short-lived access token.',
    ),
  audience: z
    .string()
    .min(1)
    .optional()
    .describe("With `auth: oidc`: whom GitHub's identity token is for. Default: the vendor's."),
  tokenUrl: endpointSchema
    // With a variable in it, it is looked at again when that is known
    .refine((text) => text.includes('env:') || isPrivate(text), { message: ONLY_HTTPS })
    .optional()
    .describe("With `auth: oidc`: where it is exchanged. Default: the vendor's token endpoint."),
};
export interface FederationEntry {
  readonly apiKey?: string | undefined;
  readonly auth?: 'oidc' | undefined;
  readonly audience?: string | undefined;
  readonly tokenUrl?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** What in an entry contradicts its `auth`; null when nothing does. */
export function contradictionOf(entry: FederationEntry): { readonly key: string; readonly message: string } | null {
  const { auth, apiKey, headers = {} } = entry;
  if (auth === undefined) {
    const key = (['audience', 'tokenUrl'] as const).find((name) => entry[name] !== undefined);
    return key ? { key, message: 'only with auth: oidc' } : null;
  }
  if (apiKey !== undefined) return { key: 'auth', message: 'either auth: oidc or apiKey, not both' };
  const sent = Object.keys(headers).find((name) => /^(?:authorization|x-api-key|api-key)$/i.test(name));
  return sent === undefined
    ? null
    : { key: 'auth', message: `auth: oidc sends the token itself: leave out the header ${sent}` };
}

/** What a job lacks for access tokens; null when it has all. */
export function federationLack({ identity, required }: Federation, place: JobPlace): Lack | null {
  const unset = required.find((name) => !place.env[name]?.trim());
  if (unset !== undefined) return { lack: `${unset} is not set (auth: oidc)`, remedy: `Set ${unset}` };
  return identityLack(identity, place);
}

/** Makes the access tokens of an entry. Nothing is exchanged before one is asked for. */
export function openAccess(federation: Federation, entry: FederationEntry, context: ProviderContext): AccessTokens {
  const { world, root, known } = context;
  const { audience = federation.audience } = entry;
  const tokenUrl = resolveEndpoint(entry.tokenUrl ?? federation.tokenUrl, world.env);
  if (!isPrivate(tokenUrl)) throw new ProviderError('invalid-request', ONLY_HTTPS, { fatal: true });
  const { headers, advice, identity } = federation;
  const service = withKnown(describeService(tokenUrl, []), context);
  return new AccessTokens(async (signal) => {
    const identityToken = await readIdentityToken(identity, audience, { env: world.env, root }, signal);
    known.add(identityToken);
    const given = Object.entries(federation.bodyOf(identityToken, world.env));
    const body = Object.fromEntries(given.flatMap(([name, value]) => (value ? [[name, value.trim()]] : [])));
    const access = await exchangeToken(
      { url: tokenUrl, headers, body, identityToken, advice },
      service,
      world.env,
      signal,
    );
    known.add(access.token);
    return access;
  }, world.now);
}

/** A service whose messages repeat no secret that came up in the run. */
export function withKnown(service: Service, { known }: Pick<ProviderContext, 'known'>): Service {
  return { ...service, clean: (text) => service.clean(known.redact(text)) };
}

function isPrivate(address: string): boolean {
  if (!URL.canParse(address)) return true;
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(hostname);
}
