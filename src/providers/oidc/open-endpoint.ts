import type { ProviderContext } from '../contract/provider.js';
import { type Endpoint, headerSecrets, resolveHeaders } from '../transport/endpoint.js';
import { describeService } from '../transport/faults.js';
import { type Federation, type FederationEntry, openAccess, withKnown } from './federation.js';

interface EndpointEntry extends FederationEntry {
  readonly baseUrl?: string | undefined;
}

/** The reference of the key, `usual` where none is named; null for an endpoint that was given none: a local server needs none. */
function keyReference({ apiKey, auth, baseUrl, headers }: EndpointEntry, usual: string): string | null {
  if (auth === 'oidc') return null;
  if (apiKey !== undefined) return apiKey;
  return baseUrl === undefined && headerSecrets(headers).length === 0 ? usual : null;
}

/** The references of all secrets that an entry is called with. */
export function endpointSecrets(entry: EndpointEntry, usual: string): string[] {
  const key = keyReference(entry, usual);
  return [...(key === null ? [] : [key]), ...headerSecrets(entry.headers)];
}

/**
 * The endpoint of an entry at `baseUrl`, with its key or its access tokens. Throws ProviderError of kind auth for a secret
 * that is not there.
 */
export function openEndpoint(
  entry: EndpointEntry,
  baseUrl: string,
  { usual, federation }: { readonly usual: string; readonly federation: Federation },
  context: ProviderContext,
): Endpoint {
  const { name, secret, world } = context;
  const reference = keyReference(entry, usual);
  return {
    name,
    baseUrl,
    key: reference === null ? undefined : secret(reference),
    tokens: entry.auth === 'oidc' ? openAccess(federation, entry, context) : null,
    headers: resolveHeaders(entry.headers, secret),
    service: withKnown(describeService(baseUrl, endpointSecrets(entry, usual).map(secret)), context),
    env: world.env,
  };
}
