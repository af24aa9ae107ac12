import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseJsonText } from '../core/text/json-text.js';
import { jsonText } from '../core/text/json-value.js';
import { ApiError } from './api-error.js';
import type { Incoming, Outgoing } from './exchange.js';
import type { Gateway } from './gateway.js';
import { isOwnPage } from './own-page.js';

/** Where the gateway listens: only programs of this machine reach it. */
const HOST = '127.0.0.1';
const MOST_BODY_BYTES = 8 * 1024 * 1024;
const MOST_CALLS = 512;
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const DRAIN_MS = 10_000;

/** A gateway that listens. */
export interface Listening {
  readonly address: string;
  /** Takes nothing new, lets what is in flight end for ten seconds, and then ends it. */
  close(): Promise<void>;
}

/** Listens on a port of this machine; 0 is any that is free. Rejects when it is taken. */
export async function listen(gateway: Gateway, port: number): Promise<Listening> {
  const open = new Set<AbortController>();
  const server = createServer(
    { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS },
    (request, response) => {
      const outgoing = outgoingOf(response);
      const refused = refusalOf(request, open.size);
      if (refused !== null) {
        request.resume();
        const later = refused.status === 429 ? { 'retry-after': '1' } : undefined;
        return outgoing.json(refused.status, refused.body, later);
      }
      const controller = new AbortController();
      open.add(controller);
      response.on('close', () => {
        open.delete(controller);
        if (!response.writableFinished) controller.abort();
      });
      void gateway.answer(incomingOf(request, controller.signal), outgoing);
    },
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, resolve);
  });
  const address = `http://${HOST}:${(server.address() as AddressInfo).port}`;
  return { address, close: () => close(server, open) };
}

/** Why a request is not looked at; null when it is. A page in a browser could reach this machine, and must not call models. */
function refusalOf({ headers, url = '' }: IncomingMessage, calls: number): ApiError | null {
  if (!/^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i.test(headers.host ?? ''))
    return new ApiError(403, 'wrong_host', 'the gateway answers under localhost and 127.0.0.1 only');
  if (headers.origin !== undefined && !isOwnPage(headers, url))
    return new ApiError(403, 'from_a_page', 'the gateway answers programs, and no pages in a browser but its own');
  if (calls >= MOST_CALLS) return new ApiError(429, 'too_many_calls', `${MOST_CALLS} calls are in flight; try again`);
  return null;
}

function incomingOf(request: IncomingMessage, signal: AbortSignal): Incoming {
  const [, path = '', query = ''] = /^([^?]*)\??(.*)$/s.exec(request.url ?? '') ?? [];
  return {
    method: request.method ?? '',
    path,
    query: new URLSearchParams(query),
    header: (name) => request.headers[name]?.toString() ?? null,
    body: () => readBody(request),
    signal,
  };
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > MOST_BODY_BYTES)
      throw new ApiError(413, 'body_too_large', `a body has at most ${MOST_BODY_BYTES / 1024 / 1024} MiB`);
    pieces.push(piece);
  }
  const parsed = parseJsonText(Buffer.concat(pieces).toString('utf8'));
  if (parsed.fault) throw new ApiError(400, 'invalid_json', `the body is not JSON: ${parsed.fault.message}`);
  return parsed.data;
}

function outgoingOf(response: ServerResponse): Outgoing {
  const text: Outgoing['text'] = (status, type, body, headers = {}) => {
    if (response.headersSent) return void response.end();
    response.writeHead(status, { ...headers, 'content-type': type, 'content-length': Buffer.byteLength(body) });
    response.end(body);
  };
  return {
    json: (status, body, headers) => text(status, 'application/json', jsonText(body), headers),
    text,
    begin: (headers) => {
      response.writeHead(200, {
        ...headers,
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache',
      });
    },
    write: (text) =>
      new Promise((resolve) => {
        if (response.destroyed || response.write(text)) return resolve();
        const go = () => {
          response.off('drain', go);
          response.off('close', go);
          resolve();
        };
        response.on('drain', go);
        response.on('close', go);
      }),
    end: () => void response.end(),
  };
}

async function close(server: Server, open: ReadonlySet<AbortController>): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const late = setTimeout(() => {
    for (const controller of open) controller.abort();
    server.closeAllConnections();
  }, DRAIN_MS);
  await closed;
  clearTimeout(late);
}
