import type { IncomingHttpHeaders } from 'node:http';
import type { EnvironmentVariables } from '../../model/environment-variables.js';
import { parseAnswer, type Service } from './faults.js';
import { callHttp, type HttpTarget, httpTarget } from './http-call.js';
import { wrapErrorBody } from './sdk-errors.js';

/** Longer than any call: the pipeline's signal ends it, not a timer of the SDK. The most that setTimeout takes. */
export const NO_TIMEOUT = 2 ** 31 - 1;

/** The parts of a Response and its Headers that the SDKs use; real ones are most of what reading an answer costs. */
type LightHeaders = Pick<Headers, 'get' | 'entries'>;
type LightResponse = Pick<Response, 'ok' | 'status' | 'url' | 'body' | 'text' | 'json'> & { headers: LightHeaders };

/** The function through which an SDK sends its requests; see callHttp for why it is not the global fetch. */
export function sdkFetch(service: Service, env: EnvironmentVariables): typeof fetch {
  let last: { readonly url: string; readonly target: HttpTarget } | null = null;
  return async (input, init = {}) => {
    const { method = 'POST', body, signal } = init;
    const url = typeof input === 'string' ? input : input instanceof URL ? input.href : input.url;
    if (last?.url !== url) last = { url, target: httpTarget(url, env) };
    const response = await callHttp(last.target, {
      method,
      headers: Object.fromEntries(init.headers instanceof Headers ? init.headers : new Headers(init.headers)),
      body: typeof body === 'string' ? body : '',
      signal: signal ?? new AbortController().signal,
    });
    const ok = response.status >= 200 && response.status < 300;
    const light: LightResponse = {
      ok,
      status: response.status,
      headers: lightHeaders(response.headers),
      url,
      body: null,
      text: async () => (ok ? response.body : wrapErrorBody(response.body)),
      json: async () => parseAnswer(response.body, service),
    };
    return light as Response;
  };
}

/** Node gives the names in lower case already. */
function lightHeaders(received: IncomingHttpHeaders): LightHeaders {
  return {
    get: (name) => received[name.toLowerCase()]?.toString() ?? null,
    entries: () => new Map(Object.entries(received).map(([name, value]) => [name, String(value)])).entries(),
  };
}
