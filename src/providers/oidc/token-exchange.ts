import { parseJsonText } from '../../core/text/json-text.js';
import type { EnvironmentVariables } from '../../model/environment-variables.js';
import { isRecord } from '../../model/json.js';
import type { ResponseHeaders } from '../contract/allowances.js';
import { ProviderError } from '../contract/provider-error.js';
import type { AccessToken } from '../transport/access-tokens.js';
import { connectionError, type Service, statusError } from '../transport/faults.js';
import { callHttp, httpTarget } from '../transport/http-call.js';

/** What is sent to a token endpoint. */
export interface ExchangeRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, string>>;
  /** What is exchanged. */
  readonly identityToken: string;
  /** What to check when it is refused, as a sentence without its end. */
  readonly advice: string;
}

/** RFC 6749, 5.1 recommends `expires_in`; without it OpenAI's SDK takes an hour. A 401 ends the token sooner. */
const DEFAULT_LIFE_S = 3600;
/** A token that is too young for the endpoint's clock is waited for so long, in milliseconds. */
const LONGEST_WAIT_MS = 50_000;

/**
 * Exchanges an identity token for an access token. Rejects with ProviderError of kind auth when that is refused; with
 * one that heals when the endpoint is down, busy, or has a clock that is behind. Nothing has been asked of a model then.
 */
export async function exchangeToken(
  request: ExchangeRequest,
  service: Service,
  env: EnvironmentVariables,
  signal: AbortSignal,
): Promise<AccessToken> {
  const headers = { accept: 'application/json', 'content-type': 'application/json', ...request.headers };
  const sent = { method: 'POST', headers, body: JSON.stringify(request.body), signal };
  const response = await callHttp(httpTarget(request.url, env), sent).catch((error: unknown) => {
    if (signal.aborted) throw error;
    throw atEndpoint(error instanceof ProviderError ? error : connectionError(error, service));
  });
  const { status, body } = response;
  const fields = { get: (name: string) => response.headers[name.toLowerCase()]?.toString() ?? null };
  if (status < 200 || status >= 300)
    throw refusalOf(request, statusError(status, withDescription(body), fields, service, Date.now()), fields, service);
  return readAccessToken(body, service);
}

/** https://www.rfc-editor.org/rfc/rfc6749#section-5.1. What is wrong with an answer is told without a word of it. */
function readAccessToken(body: string, service: Service): AccessToken {
  const fail = (what: string) =>
    new ProviderError('bad-response', `the token endpoint ${service.host} ${what}`, { unsent: true });
  const parsed = parseJsonText(body);
  const answer = parsed.fault === null ? parsed.data : null;
  if (!isRecord(answer)) throw fail('answered with something that is not JSON');
  const { access_token: token, token_type: type, expires_in: expiresIn = DEFAULT_LIFE_S } = answer;
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token)) throw fail('answered without an access token');
  if (typeof type === 'string' && type.toLowerCase() !== 'bearer') throw fail('gave a token that is no bearer token');
  const seconds = Number(expiresIn);
  if (!(seconds > 0)) throw fail('gave a token that has no time left');
  return { token, livesMs: seconds * 1000 };
}

/** https://www.rfc-editor.org/rfc/rfc6749#section-5.2: a code and its description, which says more. */
function withDescription(body: string): string {
  const parsed = parseJsonText(body);
  const error = parsed.fault === null && isRecord(parsed.data) ? parsed.data : {};
  const { error: code, error_description: description } = error;
  return typeof code === 'string' && typeof description === 'string'
    ? JSON.stringify({ message: `${code}: ${description}` })
    : body;
}

function refusalOf(
  { identityToken, advice }: ExchangeRequest,
  error: ProviderError,
  headers: ResponseHeaders,
  service: Service,
): ProviderError {
  if (error.kind === 'rate-limit' || error.kind === 'server' || error.kind === 'timeout') return atEndpoint(error);
  const claims = readClaims(identityToken);
  const { status } = error;
  const serverMs = Date.parse(headers.get('date') ?? '');
  const startsMs = Math.max(...[claims['nbf'], claims['iat']].map(secondsOf).filter(Number.isFinite)) * 1000;
  const early = startsMs - serverMs;
  if (early > 0 && early <= LONGEST_WAIT_MS) {
    const wait = `its clock is ${early / 1000} s behind that of whoever issued the identity token`;
    return new ProviderError('server', `the token endpoint ${service.host}: ${wait}`, {
      status,
      retryAfterMs: early + 1000,
      unsent: true,
    });
  }
  const times = early > 0 ? '. The identity token is not valid yet by its clock' : expiry(claims, serverMs);
  const message = `the token endpoint ${service.host} refused the identity token${describeClaims(claims, service)}: ${error.message}${times}. Check ${advice}`;
  return new ProviderError('auth', message, { status, unsent: true });
}

function expiry(claims: Readonly<Record<string, unknown>>, serverMs: number): string {
  return secondsOf(claims['exp']) * 1000 <= serverMs
    ? '. The identity token has expired by its clock: have a new one issued'
    : '';
}

/** The claims that rules look at: they are no secret, and what is compared with them stands at the vendor. */
function describeClaims(claims: Readonly<Record<string, unknown>>, { clean }: Service): string {
  const said = ['iss', 'aud', 'sub'].flatMap((name) => {
    const value = claims[name];
    const text = Array.isArray(value) ? value.join(', ') : value;
    return typeof text === 'string' ? [`${name} ${clean(text)}`] : [];
  });
  return said.length === 0 ? '' : ` (${said.join(', ')})`;
}

/** The payload of a JWT, unverified: it explains refusals, and decides nothing. */
function readClaims(token: string): Readonly<Record<string, unknown>> {
  const parsed = parseJsonText(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
  return parsed.fault === null && isRecord(parsed.data) ? parsed.data : {};
}

function secondsOf(claim: unknown): number {
  return claim === undefined ? Number.NaN : Number(claim);
}

/** Its limits say nothing of those of the models, so a 429 is no rate limit that calls would learn from. */
function atEndpoint({ kind, message, status, retryAfterMs }: ProviderError): ProviderError {
  const ownKind = kind === 'rate-limit' ? 'server' : kind;
  return new ProviderError(ownKind, `no access token: ${message}`, { status, retryAfterMs, unsent: true });
}
