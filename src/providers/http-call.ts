import http from 'node:http';
import https from 'node:https';
import { pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createUnzip } from 'node:zlib';
import { ProviderError } from './provider.js';

/** An answer longer than this is not one of a model. */
const MAX_BYTES = 10 * 1024 * 1024;

export interface HttpResponse {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

export interface HttpCall {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
}

/**
 * Sends one HTTP request and reads the whole answer, over node:http: a call costs half of what it costs through the
 * global fetch, whose streams nothing here needs, and has no time limit but the signal (fetch gives up after five
 * minutes, a reasoning model may take longer). Redirects are not followed, so that a key never reaches another host.
 * Rejects with the signal's reason, with ProviderError of kind bad-response when the answer is too long, and with
 * Node's error (it has a `code`) when the connection fails.
 */
export function callHttp(url: URL, { method, headers, body, signal }: HttpCall): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => reject(signal.aborted ? signal.reason : error);
    const send = url.protocol === 'https:' ? https.request : http.request;
    const request = send(url, {
      method,
      headers: { ...headers, 'accept-encoding': 'identity', 'content-length': String(Buffer.byteLength(body)) },
      signal,
    });
    request.on('error', fail);
    request.on('response', (response) => {
      const stream = decoded(response, fail);
      const chunks: Buffer[] = [];
      let bytes = 0;
      stream.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= MAX_BYTES) return void chunks.push(chunk);
        reject(new ProviderError('bad-response', `the answer of ${url.host} is longer than 10 MB`));
        request.destroy();
      });
      stream.on('error', fail);
      stream.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: (chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)).toString('utf8'),
        }),
      );
    });
    request.end(body);
  });
}

/** Some proxies compress although they were asked not to. */
function decoded(response: http.IncomingMessage, fail: (error: unknown) => void): Readable {
  const encoding = response.headers['content-encoding'];
  if (encoding === undefined || encoding === 'identity') return response;
  const unpack = encoding === 'br' ? createBrotliDecompress() : createUnzip();
  return pipeline(response, unpack, (error) => error && fail(error));
}
