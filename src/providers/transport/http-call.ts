import http from 'node:http';
import https from 'node:https';
import { pipeline, type Readable } from 'node:stream';
import { urlToHttpOptions } from 'node:url';
import { createBrotliDecompress, createUnzip } from 'node:zlib';
import { type Decoded, decodeText } from '../../core/text/decode.js';
import type { EnvironmentVariables } from '../../model/environment-variables.js';
import { faultOfAnswer, ProviderError } from '../contract/provider-error.js';
import { connectionError, type Service } from './faults.js';
import type { ProxyRoute } from './proxy.js';
import { proxyFor } from './proxy-variables.js';

/** An answer longer than this is not one of a model. */
const MAX_BYTES = 10 * 1024 * 1024;
/** A stream wraps every token into an event of its own. */
const MAX_STREAM_BYTES = 100 * 1024 * 1024;

export interface HttpResponse {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** Where requests go, read from an address once and not once a call. */
export type HttpTarget = Readonly<Pick<URL, 'protocol' | 'host'>> & {
  readonly url: URL;
  readonly options: https.RequestOptions;
  /** The address of the proxy that leads there; null for the direct way. */
  readonly proxy: string | null;
};

/** Reads an http or https address, and the variables of the environment that name a proxy. */
export function httpTarget(address: string, env: EnvironmentVariables): HttpTarget {
  const url = new URL(address);
  const { protocol, host } = url;
  return { protocol, host, url, options: urlToHttpOptions(url), proxy: proxyFor(url, env) };
}

export interface HttpCall {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /**
   * Whether it may be sent again when the kept connection that it went out on was closed without an answer: a question
   * may be asked twice, a batch or a comment must not be made twice. GET always may.
   */
  readonly repeatable?: boolean;
  readonly signal: AbortSignal;
  /**
   * To be handed the bytes of a stream of events (status 2xx, text/event-stream) as they come; its body is '' then. What
   * it throws ends the call.
   */
  readonly onEvents?: (bytes: Uint8Array) => void;
  /** Asked after each piece: while what it gives is not resolved no more is read, so that nothing is piled up. Null for go on. */
  readonly untilTaken?: (() => Promise<void> | null) | undefined;
}

/**
 * Sends one HTTP request and reads the whole answer, over node:http: a call costs half of what it costs through the
 * global fetch, whose streams nothing here needs, and has no time limit but the signal (fetch gives up after five
 * minutes, a reasoning model may take longer). Redirects are not followed, so that a key never reaches another host.
 * It goes through a proxy where the environment names one. Rejects with the signal's reason, with ProviderError of kind
 * bad-response when the answer is too long or its bytes are no text, and with Node's error (it has a `code`) when the
 * connection fails.
 */
export async function callHttp(target: HttpTarget, call: HttpCall): Promise<HttpResponse> {
  if (target.proxy === null) return sendAnew(target, call, null);
  const { refusedByProxy, routeThrough } = await import('./proxy.js');
  const route = routeThrough(target.proxy, target.url);
  const response = await sendAnew(target, call, route);
  // Only a proxy answers so
  if (response.status === 407) throw refusedByProxy(route.proxy, response.status);
  return response;
}

/** As `callHttp`, with what fails on the way to a service as ProviderError. */
export function callService(service: Service, target: HttpTarget, call: HttpCall): Promise<HttpResponse> {
  return callHttp(target, call).catch((thrown: unknown) => {
    const error = faultOfAnswer(thrown);
    throw call.signal.aborted || error instanceof ProviderError ? error : connectionError(error, service);
  });
}

/** That a connection was closed while it was idle, before anything was answered on it: most likely nobody has read the request. */
class StaleConnection extends Error {}

/** A connection that is kept may be closed by the other side in the moment in which it is used again: then another one is. */
async function sendAnew(target: HttpTarget, call: HttpCall, route: ProxyRoute | null): Promise<HttpResponse> {
  try {
    return await send(target, call, route, true);
  } catch (error) {
    if (!(error instanceof StaleConnection)) throw error;
    if (call.method !== 'GET' && !call.repeatable) throw error.cause;
    return send(target, call, route, false);
  }
}

function send(target: HttpTarget, call: HttpCall, route: ProxyRoute | null, reuse: boolean): Promise<HttpResponse> {
  const { method, headers, body, signal } = call;
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const start = (route ?? target).protocol === 'https:' ? https.request : http.request;
    const request = start({
      ...(route ?? target).options,
      // Any other that is kept may be as stale
      ...(!reuse && (route ?? target).options.agent === undefined && { agent: false }),
      method,
      headers: {
        ...headers,
        ...route?.headers,
        'accept-encoding': 'identity',
        'content-length': String(Buffer.byteLength(body)),
      },
    });
    const abort = () => request.destroy();
    const fail = (error: unknown) => {
      signal.removeEventListener('abort', abort);
      reject(signal.aborted ? signal.reason : error);
    };
    // There is no other connection than that to a proxy which passes requests on
    const passed = route !== null && route.options.agent === undefined ? route.proxy : null;
    let heardBefore = 0;
    const isStale = (error: unknown) =>
      reuse && request.reusedSocket && request.socket?.bytesRead === heardBefore && isClosed(error) && !signal.aborted;
    const failToConnect = (error: unknown) => {
      const told = passed ? connectionError(error, passed) : error;
      fail(isStale(error) ? new StaleConnection('', { cause: told }) : told);
    };
    // Not the option of this name: what it sets up costs a tenth of the call
    signal.addEventListener('abort', abort, { once: true });
    request.on('error', failToConnect);
    request.on('socket', (socket) => {
      heardBefore = socket.bytesRead;
    });
    request.on('response', (response) => {
      const done = (answer: HttpResponse) => {
        signal.removeEventListener('abort', abort);
        resolve(answer);
      };
      const breakOff = (error: unknown) => {
        fail(error);
        request.destroy();
      };
      receive(response, target.host, call, done, breakOff);
    });
    request.end(body);
  });
}

/** Reads an answer to its end, and hands on what comes of a stream of events. */
function receive(
  response: http.IncomingMessage,
  host: string,
  { onEvents, untilTaken }: Pick<HttpCall, 'onEvents' | 'untilTaken'>,
  done: (answer: HttpResponse) => void,
  fail: (error: unknown) => void,
): void {
  const { statusCode: status = 0, headers } = response;
  const stream = decoded(response, fail);
  const chunks: Buffer[] = [];
  const events = isEventStream({ status, headers });
  const take = (events && onEvents) || ((chunk: Buffer) => void chunks.push(chunk));
  const most = events ? MAX_STREAM_BYTES : MAX_BYTES;
  let bytes = 0;
  stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    try {
      if (bytes > most) throw tooLong(host, most);
      take(chunk);
      const taken = untilTaken?.() ?? null;
      if (taken === null) return;
      stream.pause();
      void taken.then(() => stream.resume());
    } catch (error) {
      fail(error);
    }
  });
  stream.on('error', fail);
  stream.on('end', () => {
    const body = readBody(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks), status, headers);
    if (body.fault === null) done({ status, headers, body: body.text });
    else fail(new ProviderError('bad-response', `the answer of ${host} cannot be read: ${body.fault}`));
  });
}

function isClosed(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ECONNRESET' || code === 'EPIPE';
}

/** Whether a response is a stream of events, and no refusal. */
export function isEventStream({ status, headers }: Pick<HttpResponse, 'status' | 'headers'>): boolean {
  return status >= 200 && status < 300 && /^text\/event-stream\b/i.test(headers['content-type'] ?? '');
}

function tooLong(host: string, bytes: number): ProviderError {
  return new ProviderError('bad-response', `the answer of ${host} is longer than ${bytes / 1024 / 1024} MB`);
}

/** The text of an answer, by the character set that it declares; UTF-8 when it declares none. */
function readBody(bytes: Buffer, status: number, headers: http.IncomingHttpHeaders): Decoded {
  const declared = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(headers['content-type'] ?? '')?.[1];
  const decoded = decodeText(bytes, declared);
  // What a refusal says is shown as well as can be: its status is what counts
  const refused = status < 200 || status >= 300;
  return decoded.fault !== null && refused ? { text: bytes.toString('utf8'), fault: null } : decoded;
}

/** Some proxies compress although they were asked not to. */
function decoded(response: http.IncomingMessage, fail: (error: unknown) => void): Readable {
  const encoding = response.headers['content-encoding'];
  if (encoding === undefined || encoding === 'identity') return response;
  const unpack = encoding === 'br' ? createBrotliDecompress() : createUnzip();
  return pipeline(response, unpack, (error) => error && fail(error));
}
