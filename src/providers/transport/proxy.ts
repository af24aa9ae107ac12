import http from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import { connect } from 'node:tls';
import { urlToHttpOptions } from 'node:url';
import { ProviderError } from '../contract/provider-error.js';
import { connectionError, type Service } from './faults.js';

/** How long a proxy may take to open a way. */
const OPENING_MS = 30_000;

/** How requests to an address are sent through a proxy. */
export interface ProxyRoute {
  /** The proxy, as messages name it: without what is needed to log in. */
  readonly proxy: Service;
  /** Whether the proxy itself gets the requests, and answers them: so it is with http. */
  readonly protocol: string;
  /** In place of those that lead to the address itself. */
  readonly options: https.RequestOptions;
  readonly headers: Readonly<Record<string, string>>;
}

/** By the address of the proxy: connections that are open are used again. */
const tunnels = new Map<string, TunnelAgent>();

/** The way to an address through a proxy. Throws ProviderError of kind network when that is no address of one. */
export function routeThrough(written: string, target: URL): ProxyRoute {
  const url = readProxy(written);
  const proxy = { host: `the proxy ${url.host}`, clean: (text: string) => text };
  if (target.protocol === 'https:') {
    const agent = tunnels.get(written) ?? new TunnelAgent(url, proxy);
    tunnels.set(written, agent);
    return { proxy, protocol: target.protocol, options: { ...urlToHttpOptions(target), agent }, headers: {} };
  }
  const { auth: _, ...place } = urlToHttpOptions(url);
  const { auth } = urlToHttpOptions(target);
  const path = `http://${target.host}${target.pathname}${target.search}`;
  const options = { ...place, ...(auth ? { auth } : {}), path };
  return { proxy, protocol: url.protocol, options, headers: { host: target.host, ...loginOf(url) } };
}

function readProxy(written: string): URL {
  const url = URL.canParse(written) ? new URL(written) : null;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  // What was written may hold a password
  throw new ProviderError('network', 'the proxy that the environment names has no http:// or https:// address', {
    unsent: true,
  });
}

function loginOf({ username, password }: URL): Readonly<Record<string, string>> {
  if (username === '') return {};
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(login).toString('base64')}` };
}

/** What a proxy is at fault for that refuses to pass a request on. */
export function refusedByProxy({ host }: Service, status: number | undefined): ProviderError {
  return new ProviderError('network', `${host} refuses to pass requests on (HTTP ${status})`, { unsent: true });
}

/** Opens connections through a proxy that sees no more of them than where they lead (CONNECT, RFC 9110, 9.3.6). */
class TunnelAgent extends https.Agent {
  readonly #url: URL;
  readonly #proxy: Service;

  constructor(url: URL, proxy: Service) {
    super({ keepAlive: true });
    this.#url = url;
    this.#proxy = proxy;
  }

  override createConnection(
    options: https.RequestOptions,
    callback: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    const { auth: _, ...place } = urlToHttpOptions(this.#url);
    const send = this.#url.protocol === 'https:' ? https.request : http.request;
    const target = `${options.host?.includes(':') ? `[${options.host}]` : options.host}:${options.port}`;
    const headers = { host: target, ...loginOf(this.#url) };
    const request = send({ ...place, method: 'CONNECT', path: target, headers, agent: false });
    // Node's own type wants a stream even where there is an error in its place
    const fail = (error: ProviderError) => (callback as (error: Error) => void)(error);
    request.once('connect', ({ statusCode }, socket) => {
      request.setTimeout(0);
      if (statusCode === 200) return callback(null, connect({ ...(options as object), socket }));
      socket.destroy();
      fail(refusedByProxy(this.#proxy, statusCode));
    });
    request.on('error', (error) => fail(connectionError(error, this.#proxy)));
    request.setTimeout(OPENING_MS, () => request.destroy(Object.assign(new Error('too slow'), { code: 'ETIMEDOUT' })));
    request.end();
  }
}
