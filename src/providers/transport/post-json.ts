import { jsonText } from '../../core/text/json-value.js';
import type { EnvironmentVariables } from '../../model/environment-variables.js';
import type { ResponseHeaders } from '../contract/allowances.js';
import type { ProviderCall } from '../contract/provider.js';
import type { AccessTokens } from './access-tokens.js';
import { AnswerStream, type Assembly } from './answer-stream.js';
import { parseAnswer, type Service, statusError } from './faults.js';
import { callService, type HttpResponse, type HttpTarget, httpTarget, isEventStream } from './http-call.js';

/** An API of a service, with all references to secrets resolved. */
export interface JsonApi {
  /** What paths are put behind. */
  readonly baseUrl: string;
  /** Put behind every path. */
  readonly query?: Readonly<Record<string, string>>;
  /** Sent with every request, by lower-case name; those of a call go before them. */
  readonly headers: Readonly<Record<string, string>>;
  /** In place of a key among the headers; null for none. */
  readonly tokens: AccessTokens | null;
  readonly service: Service;
  /** It may name a proxy. */
  readonly env: EnvironmentVariables;
}

/** Sends JSON and gives the answer as JSON. Rejects as `complete` of a provider does. */
export type PostJson = (
  path: string,
  body: Readonly<Record<string, unknown>>,
  call: ProviderCall,
  options?: PostOptions,
) => Promise<unknown>;

interface PostOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Puts an answer together that comes as a stream of events, whether it was asked for or not. */
  readonly assemble?: () => Assembly;
}

type Send = (path: string, body: string, call: ProviderCall, options: PostOptions) => Promise<unknown>;

/** The way to an API without its SDK, which costs more than the call itself: it is read, not retried or typed. */
export function jsonPoster(api: JsonApi): PostJson {
  const { service, tokens } = api;
  const targets = new Map<string, HttpTarget>();
  const targetOf = (path: string) => {
    const known = targets.get(path) ?? httpTarget(addressOf(api, path), api.env);
    targets.set(path, known);
    return known;
  };
  const common = { accept: 'application/json', 'content-type': 'application/json', ...api.headers };
  const send: Send = async (path, body, call, { headers, assemble }) => {
    const { signal, onHeaders, untilTaken } = call;
    const events = assemble && new AnswerStream(assemble(), service, call);
    const response = await callService(service, targetOf(path), {
      method: 'POST',
      headers: { ...call.headers, ...common, ...headers },
      body,
      repeatable: true,
      signal,
      untilTaken,
      ...(events && { onEvents: (bytes) => events.push(bytes) }),
    });
    const fields = headersOf(response);
    onHeaders?.(fields);
    const { status } = response;
    if (status < 200 || status >= 300) throw statusError(status, response.body, fields, service, Date.now());
    if (events && (isEventStream(response) || EVENTS.test(response.body))) {
      // Some servers name another type, and so it was read whole
      events.push(Buffer.from(response.body));
      return events.end();
    }
    return parseAnswer(response.body, service);
  };
  return (path, body, call, options = {}) => {
    const text = jsonText(body);
    if (tokens === null) return send(path, text, call, options);
    const withToken = (token: string) => ({
      ...options,
      headers: { ...options.headers, authorization: `Bearer ${token}` },
    });
    return tokens.use(call.signal, (token) => send(path, text, call, withToken(token)));
  };
}

/** How a stream of events begins, and JSON never does. */
const EVENTS = /^\s*(?:data|event|id|retry)?:/;

function addressOf({ baseUrl, query = {} }: JsonApi, path: string): string {
  const url = new URL(baseUrl + path);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}

/** Node gives the names in lower case already. */
function headersOf({ headers }: HttpResponse): ResponseHeaders {
  return { get: (name) => headers[name.toLowerCase()]?.toString() ?? null };
}
