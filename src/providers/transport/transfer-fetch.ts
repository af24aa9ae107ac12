import { TextDecoder } from 'node:util';
import { parseJsonText } from '../../core/text/json-text.js';
import { ProviderError } from '../contract/provider-error.js';
import { badResponse, connectionError, type Service } from './faults.js';
import { wrapErrorBody } from './sdk-errors.js';

/** An answer longer than this is not one of a model. */
const MAX_LINE = 10 * 1024 * 1024;

/**
 * The function through which an SDK sends and receives files: the global fetch, which knows forms and streams as the
 * light one (sdkFetch) does not. Redirects are not followed, so that a key never reaches another host.
 */
export function transferFetch(): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, { ...init, redirect: 'manual' });
    // A 304 may have no body, not even an empty one
    if (response.ok || response.status === 304) return response;
    const { status, headers } = response;
    return new Response(wrapErrorBody(await response.text()), { status, headers: withoutLength(headers) });
  };
}

/**
 * The lines of a file that a service sends, as they arrive; empty ones are left out. Throws ProviderError when the
 * connection fails or a line is too long to be an answer, and the signal's reason when that is aborted.
 */
export async function* linesOfResponse(
  response: Response,
  service: Service,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  for await (const chunk of chunksOf(response, service, signal)) {
    const lines = (rest + decodeNext(decoder, chunk, service)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') yield line;
    if (rest.length > MAX_LINE)
      throw new ProviderError('bad-response', `a line of the results of ${service.host} is longer than 10 MB`);
  }
  if (rest.trim() !== '') yield rest;
}

function decodeNext(decoder: TextDecoder, chunk: Uint8Array, { host }: Service): string {
  try {
    return decoder.decode(chunk, { stream: true });
  } catch {
    throw new ProviderError('bad-response', `the results of ${host} cannot be read: they are not UTF-8`);
  }
}

async function* chunksOf(response: Response, service: Service, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  try {
    for (;;) {
      const { value, done } = (await reader?.read()) ?? { value: undefined, done: true };
      if (done || value === undefined) return;
      yield value;
    }
  } catch (error) {
    throw signal.aborted ? signal.reason : connectionError(error, service);
  } finally {
    await reader?.cancel().catch(() => undefined);
  }
}

/** A line of results as JSON; null when it is none. */
export function parseLine(line: string): unknown {
  const parsed = parseJsonText(line);
  return parsed.fault ? null : parsed.data;
}

/** Asks for a file. Throws ProviderError of kind bad-response when a web page comes in its place. */
export function requireFile(response: Response, service: Service): Response {
  if (/^text\/html\b/i.test(response.headers.get('content-type') ?? ''))
    throw badResponse('answered with a web page in place of results', '', service);
  return response;
}

/** The body is another one now, and not compressed. */
function withoutLength(headers: Headers): Headers {
  const kept = new Headers(headers);
  kept.delete('content-length');
  kept.delete('content-encoding');
  return kept;
}
