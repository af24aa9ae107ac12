/** Headers of a request that say whether a browser sent it, and for which page. */
export interface BrowserHeaders {
  readonly host?: string | undefined;
  readonly origin?: string | undefined;
  readonly 'sec-fetch-site'?: string | string[] | undefined;
  readonly 'content-type'?: string | undefined;
}

/**
 * Whether a request that a page in a browser makes is one that the gateway's own page makes: it was loaded from the very
 * address that it asks, it asks for an operator's endpoint, and it sends JSON, which no form can. Browsers let no script
 * write these headers. That the address is the gateway's own, and no name that leads to this machine, is looked at before:
 * without that a page could have its own name point here (DNS rebinding), and be its own origin.
 */
export function isOwnPage(headers: BrowserHeaders, path: string): boolean {
  const { host, origin, 'sec-fetch-site': site, 'content-type': type = '' } = headers;
  if (host === undefined || origin === undefined) return false;
  if (site !== undefined && site !== 'same-origin') return false;
  if (!/^application\/json\s*(?:;|$)/i.test(type)) return false;
  if (!path.startsWith('/-/')) return false;
  // A proxy in front may have ended TLS
  return [`http://${host}`, `https://${host}`].includes(origin.toLowerCase());
}
