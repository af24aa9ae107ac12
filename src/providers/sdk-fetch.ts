import { parseAnswer, type Service } from './faults.js';
import { callHttp } from './http-call.js';
import { wrapErrorBody } from './sdk-errors.js';

/** Longer than any call: the pipeline's signal ends it, not a timer of the SDK. The most that setTimeout takes. */
export const NO_TIMEOUT = 2 ** 31 - 1;

/** The function through which an SDK sends its requests; see callHttp for why it is not the global fetch. */
export function sdkFetch(service: Service): typeof fetch {
  return async (input, init = {}) => {
    const { method = 'POST', body, signal } = init;
    const url = input instanceof URL ? input : new URL(typeof input === 'string' ? input : input.url);
    const response = await callHttp(url, {
      method,
      headers: Object.fromEntries(init.headers instanceof Headers ? init.headers : new Headers(init.headers)),
      body: typeof body === 'string' ? body : '',
      signal: signal ?? new AbortController().signal,
    });
    const ok = response.status >= 200 && response.status < 300;
    const headers = new Headers();
    for (const [name, value] of Object.entries(response.headers)) {
      if (value !== undefined) headers.set(name, String(value));
    }
    // The part of a Response that the SDKs use. A real one costs more than the rest of the call together.
    const light: Pick<Response, 'ok' | 'status' | 'headers' | 'url' | 'body' | 'text' | 'json'> = {
      ok,
      status: response.status,
      headers,
      url: url.href,
      body: null,
      text: async () => (ok ? response.body : wrapErrorBody(response.body)),
      json: async () => parseAnswer(response.body, service),
    };
    return light as Response;
  };
}
