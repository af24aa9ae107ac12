import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, isIPv4, isIPv6 } from 'node:net';
import { LlmciError } from '../core/text/errors.js';
import { writeJson } from '../core/text/write-json.js';
import type { Gateway } from './gateway.js';
import { ApiError } from './http/api-error.js';
import { Departure } from './http/departure.js';
import type { Incoming, Outgoing } from './http/exchange.js';
import type { LoopWatch } from './http/loop-watch.js';
import { isOwnPage } from './http/own-page.js';
import { BytesInFlight, readBody } from './http/request-body.js';

/** Connections, most of them idle; one costs some ten kB. */
const MOST_CONNECTIONS = 16_384;
/** Connections that may wait to be taken: those of a burst that do not fit are tried again by their clients, seconds later. */
const BACKLOG = 4096;
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
/**
 * How long a connection is kept for the next request: longer than those keep theirs who stand in front (a minute, of most load
 * balancers and proxies), or they send a call in the moment in which it is closed, and the call is lost.
 */
const KEEP_ALIVE_MS = 75_000;
/** How often connections are looked at for these times. */
const CHECK_MS = 2000;
const DRAIN_MS = 10_000;
/** How often connections without a call are closed while it stops. */
const IDLE_LOOK_MS = 50;

/** A gateway that listens. */
export interface Listening {
  readonly address: string;
  /** Takes nothing new, lets what is in flight end for ten seconds, and then ends it. */
  close(): Promise<void>;
}

/** Where a gateway listens. */
export interface ListenPlace {
  /** A name or an address of this machine. */
  readonly host: string;
  /** 0 is any that is free. */
  readonly port: number;
  /** Whether it answers under whatever name it was reached. */
  readonly anyName: boolean;
}

/** Whether what listens there is reached by programs of this machine only. */
export function isThisMachineOnly(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}

/** Listens. Rejects when the port is taken, or the host is none of this machine. */
export async function listen(
  gateway: Gateway,
  { host, port, anyName }: ListenPlace,
  loop: Pick<LoopWatch, 'lateWithin'>,
): Promise<Listening> {
  const open = new Set<Departure>();
  const held = new BytesInFlight();
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const outgoing = outgoingOf(response);
    const refused = refusalOf(request, anyName);
    if (refused !== null) {
      request.resume();
      return outgoing.json(refused.status, refused.body);
    }
    const departure = new Departure();
    open.add(departure);
    response.on('close', () => {
      open.delete(departure);
      if (!response.writableFinished) departure.leave();
    });
    const body = () => readBody(request, response, held);
    void gateway.answer({ ...incomingOf(request, departure), body }, outgoing);
  };
  const times = { keepAliveTimeout: KEEP_ALIVE_MS, connectionsCheckingInterval: CHECK_MS };
  const server = createServer(times, answer).on('checkContinue', answer);
  giveTime(server, loop);
  server.maxConnections = MOST_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = WHY_NOT[error.code ?? ''];
      reject(why === undefined ? error : new LlmciError('cannot-listen', { host, port: String(port), why }));
    });
    server.listen({ port, host, backlog: BACKLOG }, resolve);
  });
  const shown = isIPv6(host) ? `[${host}]` : host;
  return { address: `http://${shown}:${(server.address() as AddressInfo).port}`, close: () => close(server, open) };
}

/**
 * Clients have these times by their own clock: while nobody could look at what they had sent, none of it passes. Node asks for
 * them at each look at its connections, and takes whole milliseconds only.
 */
function giveTime(server: Server, loop: Pick<LoopWatch, 'lateWithin'>): void {
  const given = (ms: number) => ({ get: () => ms + Math.ceil(loop.lateWithin(ms)) });
  Object.defineProperties(server, {
    headersTimeout: given(HEADERS_TIMEOUT_MS),
    requestTimeout: given(REQUEST_TIMEOUT_MS),
  });
}

/**
 * Why a request is not looked at; null when it is. A page in a browser could reach this machine, and must not call models:
 * where calls take no token, not under a name of its own either.
 */
function refusalOf({ headers, url = '' }: IncomingMessage, anyName: boolean): ApiError | null {
  if (!anyName && !/^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i.test(headers.host ?? ''))
    return new ApiError(403, 'wrong_host', 'the gateway answers under localhost and 127.0.0.1 only');
  if (headers.origin !== undefined && !isOwnPage(headers, url))
    return new ApiError(403, 'from_a_page', 'the gateway answers programs, and no pages in a browser but its own');
  return null;
}

function incomingOf(request: IncomingMessage, departure: Departure): Omit<Incoming, 'body'> {
  const [, path = '', query = ''] = /^([^?]*)\??(.*)$/s.exec(request.url ?? '') ?? [];
  return {
    method: request.method ?? '',
    path,
    query: new URLSearchParams(query),
    header: (name) => request.headers[name]?.toString() ?? null,
    departure,
  };
}

function outgoingOf(response: ServerResponse): Outgoing {
  const text: Outgoing['text'] = (status, type, body, headers = {}) => {
    if (response.headersSent) return void response.end();
    response.writeHead(status, { ...headers, 'content-type': type, 'content-length': Buffer.byteLength(body) });
    response.end(body);
  };
  return {
    json: (status, body, headers) => text(status, 'application/json', writeJson(body), headers),
    text,
    nothing: (status, headers) => void response.writeHead(status, headers).end(),
    begin: (headers) => {
      response.writeHead(200, {
        ...headers,
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache',
      });
    },
    write: (text) => {
      if (response.destroyed || response.write(text)) return null;
      return new Promise((resolve) => {
        const go = () => {
          response.off('drain', go);
          response.off('close', go);
          resolve();
        };
        response.on('drain', go);
        response.on('close', go);
      });
    },
    end: () => void response.end(),
  };
}

/** What whoever starts it can mend. */
const WHY_NOT: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there',
  EADDRNOTAVAIL: 'it is no address of this machine',
  EACCES: 'this user may not',
  ENOTFOUND: 'no such name is known',
};

async function close(server: Server, open: ReadonlySet<Departure>): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // One whose call has ended would be kept for the next, which is not taken any more
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_LOOK_MS);
  const late = setTimeout(() => {
    for (const departure of open) departure.leave();
    server.closeAllConnections();
  }, DRAIN_MS);
  await closed;
  clearInterval(idle);
  clearTimeout(late);
}
