import { jsonText, writtenText } from '../../core/text/json-value.js';
import type { Json } from '../../model/json.js';
import type { Answer } from '../../model/output.js';
import type { ModelRequest } from '../../model/request.js';
import { ProviderError } from '../contract/provider-error.js';
import { badResponse, type Service } from '../transport/faults.js';
import type { HttpResponse } from '../transport/http-call.js';
import { type AppAnswer, findParts, type Paths, readAppAnswer } from './http-answer.js';

// An app that keeps the state of a conversation itself knows it by cookies, or by an id that is in its answers.

/** An answer in a session: its response, and its events where it came as a stream. */
interface Answered {
  readonly response: HttpResponse;
  readonly events: readonly Json[] | null;
  readonly service: Service;
}

/** What templates of a body have as `session`: the id, null in a first turn. Nothing where it is known by cookies. */
export function sessionField(kind: Paths | undefined, { session = null }: ModelRequest): { session?: string | null } {
  return kind === undefined || kind === 'cookie' ? {} : { session };
}

/** Headers with the cookies of a session among them. */
export function withCookies(
  headers: Readonly<Record<string, string>>,
  kind: Paths | undefined,
  { session: cookies }: ModelRequest,
): Readonly<Record<string, string>> {
  if (kind !== 'cookie' || !cookies) return headers;
  const own = headers['cookie'];
  return { ...headers, cookie: own === undefined ? cookies : `${own}; ${cookies}` };
}

/** By which the app knows the conversation from now on; nothing for a call of its own. Throws ProviderError. */
export function sessionAfter(
  kind: Paths | undefined,
  { session: sent }: ModelRequest,
  { response, events, service }: Answered,
): Pick<Answer, 'session'> {
  if (kind === undefined || sent === undefined) return {};
  if (kind === 'cookie') return { session: updateCookies(sent, response.headers['set-cookie'] ?? [], service) };
  const contentType = response.headers['content-type'] ?? '';
  const answer = events === null ? readAppAnswer(response.body, contentType, service) : { events };
  return { session: findId(kind, answer, sent, service) };
}

/** How apps say that they do not know a session. */
const REFUSALS: ReadonlySet<number> = new Set([400, 401, 403, 404, 410, 419, 422, 440]);

/** The error of a turn that goes on in a session: what the app refuses then says nothing about its other calls. */
export function inSession(error: ProviderError): ProviderError {
  const { message, status } = error;
  if (status === null || !REFUSALS.has(status)) return error;
  return new ProviderError('invalid-request', `${message} (a turn in a session, which the app may no longer know)`, {
    status,
  });
}

/** The id in an answer; the one that was sent where the answer names none. Throws ProviderError when there is neither. */
function findId(paths: Paths, answer: AppAnswer, sent: string | null, service: Service): string {
  const found = findParts(paths, answer, service).at(-1);
  if (found !== undefined) return writtenText(found);
  if (sent !== null) return sent;
  const shown = typeof paths === 'string' ? paths : paths.join(', then ');
  const body = jsonText('json' in answer ? answer.json : answer.events);
  throw badResponse(`began no session: there is nothing at ${shown}`, body, service);
}

/**
 * The cookies to send with the next turn, as the header `Cookie` has them: those that were sent, and what the answer set
 * or took back. Every turn goes to one address, so a cookie's domain and path say nothing. Throws ProviderError when
 * there are none.
 */
export function updateCookies(sent: string | null, set: readonly string[], service: Service): string {
  const cookies = new Map((sent ?? '').split('; ').flatMap(pairOf));
  for (const line of set) {
    const [first = '', ...attributes] = line.split(';');
    for (const [name, value] of pairOf(first)) {
      if (isOver(attributes, Date.now())) cookies.delete(name);
      else cookies.set(name, value);
    }
  }
  if (cookies.size === 0) throw new ProviderError('bad-response', `${service.host} began no session: it set no cookie`);
  return [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
}

function pairOf(text: string): [name: string, value: string][] {
  const at = text.indexOf('=');
  return at < 1 ? [] : [[text.slice(0, at).trim(), text.slice(at + 1).trim()]];
}

/** Whether a cookie is set only to be forgotten. `Max-Age` goes before `Expires` (RFC 6265, 5.3). `now` is in milliseconds. */
function isOver(attributes: readonly string[], now: number): boolean {
  const named = new Map(attributes.flatMap(pairOf).map(([name, value]) => [name.toLowerCase(), value]));
  const age = named.get('max-age');
  if (age !== undefined) return Number(age) <= 0;
  return Date.parse(named.get('expires') ?? '') <= now;
}
