import { type JsonFault, parseJsonText } from '../../core/text/json-text.js';
import { jsonText } from '../../core/text/json-value.js';
import { printableLine } from '../../core/text/printable.js';
import { redactKeyPatterns, redactSecrets } from '../../core/text/redact.js';
import { messageOf } from '../../core/text/thrown.js';
import { isRecord, type Json } from '../../model/json.js';
import type { ErrorKind } from '../../model/output.js';
import { errorKindOfStatus, ProviderError, retryAfterMs } from '../contract/provider-error.js';
import { errorToldBy, readError, readErrorBody } from './error-body.js';

/** Makes a text of a service fit for an error message: one printable line without keys. */
export type Clean = (text: string) => string;

/** What a provider needs to speak of the service it calls. */
export interface Service {
  /** Host and port, as messages name it. */
  readonly host: string;
  readonly clean: Clean;
}

/** Describes the service behind an address; `secrets` are the values that its messages must never repeat. */
export function describeService(url: string, secrets: Iterable<string>): Service {
  const redact = redactSecrets(secrets);
  return { host: new URL(url).host, clean: (text) => printableLine(redactKeyPatterns(redact(text)), 300) };
}

/** The beginning of an answer that could not be read, in quotes. */
export function excerpt(text: string, clean: Clean): string {
  // What is cut off here could not be shown anyway; a whole page need not pass through every pattern
  const line = printableLine(clean(text.slice(0, 2000)), 120);
  return line === '' ? 'nothing' : `"${line}"`;
}

/** An answer that came, but that nothing can be made of. */
export function badResponse(problem: string, body: string, { host, clean }: Service): ProviderError {
  return new ProviderError('bad-response', `${host} ${problem}: ${excerpt(body, clean)}`);
}

/** The error of an SDK that stumbled over a page of a list, in place of its own. */
export function explainList(error: unknown, service: Service): unknown {
  return error instanceof TypeError ? badResponse('answered with something that is not a list', '', service) : error;
}

/**
 * The answer of a service parsed as JSON, strictly and without loss. Throws ProviderError of kind bad-response when it is
 * none, gives a key twice, or is nested so deeply that nothing could walk it.
 */
export function parseAnswer(body: string, service: Service): Json {
  const parsed = parseJsonText(body);
  if (parsed.fault === null) return parsed.data;
  throw badResponse(`answered with something that is not JSON${describeFault(parsed.fault)}`, body, service);
}

/** What is wrong with JSON, in brackets; nothing for what does not even begin as JSON, such as a web page. */
export function describeFault({ offset, message }: JsonFault): string {
  return offset === 0 ? '' : ` (${printableLine(message, 100)})`;
}

/** The error that an answer with a status other than 2xx stands for. `now` is in milliseconds. */
export function statusError(
  status: number,
  body: string,
  headers: Pick<Headers, 'get'>,
  { host, clean }: Service,
  now: number,
): ProviderError {
  const { message, kind, passing } = readErrorBody(body);
  // Google and some gateways; with a 413 it is the request that is too large for any minute
  const isLimit = passing === 'rate-limit' && (status === 400 || status === 403);
  const location = headers.get('location');
  const said =
    status >= 300 && status < 400 && location !== null
      ? `a redirect to ${location}, which is not followed; use the right address`
      : (message ?? excerpt(body, clean));
  return new ProviderError(
    kind ?? (isLimit ? passing : errorKindOfStatus(status)),
    `HTTP ${status} from ${host}: ${clean(said) || excerpt(body, clean)}`,
    {
      status,
      retryAfterMs: retryAfterMs(headers, now),
      ...(isHopeless(status) && { fatal: true }),
    },
  );
}

/**
 * The error that stands in an answer with status 200, as where a service sends on what happened behind it. Such an answer
 * is none, whatever text comes with it.
 */
export function errorInAnswer(error: unknown, { host, clean }: Service): ProviderError {
  const { message, kind, passing, status } = readError(isRecord(error) ? { ...error, error } : { message: error });
  const said = message ?? (error === undefined ? '' : jsonText(error));
  return new ProviderError(
    kind ?? (status === null ? (passing ?? 'bad-response') : errorKindOfStatus(status)),
    `${host} answered with status 200 and an error: ${excerpt(said, clean)}`,
    { status, ...(status !== null && isHopeless(status) && { fatal: true }) },
  );
}

/** Throws ProviderError for an answer that tells an error, in place of what was asked for or beside it. */
export function requireNoError(body: unknown, service: Service): void {
  const [first] = Array.isArray(body) ? body : [body];
  const error = isRecord(first) ? errorToldBy(first) : undefined;
  if (error !== undefined) throw errorInAnswer(error, service);
}

/** What to throw for an answer that is not what was asked for: the error that it tells, if it tells one. */
export function unexpectedAnswer(body: unknown, expected: string, service: Service): ProviderError {
  if (readError(body).message !== null) return errorInAnswer(body, service);
  return badResponse(
    `answered with something that is not ${expected}`,
    body === undefined ? '' : jsonText(body),
    service,
  );
}

/** Whether no further call can succeed: a service that cannot do this, or a proxy that lets nobody through. */
function isHopeless(status: number): boolean {
  return status === 501 || status === 505 || status === 407;
}

/** The error behind a connection that failed; its `code` is Node's. */
export function connectionError(error: unknown, { host, clean }: Service): ProviderError {
  const code = codeOf(error);
  const text = code ?? clean(messageOf(error));
  const wording = WORDINGS.find(([pattern]) => pattern.test(text));
  if (!wording) return new ProviderError('network', `the connection to ${host} failed (${text})`);
  const [pattern, kind, words] = wording;
  return new ProviderError(kind, `${words.replace('HOST', host)} (${text})`, { unsent: UNSENT.has(pattern) });
}

const REFUSED = /^ECONNREFUSED$/;
const NO_ADDRESS = /^(?:ENOTFOUND|EAI_AGAIN)$/;
const NO_WAY = /^(?:EHOSTUNREACH|ENETUNREACH)$/;
const NO_TRUST = /CERT|SELF_SIGNED|UNABLE_TO_(?:GET|VERIFY)/;
const NO_TLS = /^(?:EPROTO|ERR_SSL_.*)$/;
/** There was no connection that a request could have been sent through. */
const UNSENT: ReadonlySet<RegExp> = new Set([REFUSED, NO_ADDRESS, NO_WAY, NO_TRUST, NO_TLS]);

const WORDINGS: readonly (readonly [RegExp, ErrorKind, string])[] = [
  [REFUSED, 'network', 'nothing answers at HOST'],
  [NO_ADDRESS, 'network', 'the address of HOST cannot be found'],
  [NO_WAY, 'network', 'there is no way to HOST'],
  [/^(?:ETIMEDOUT|ESOCKETTIMEDOUT)$/, 'timeout', 'HOST did not answer in time'],
  [/^(?:ECONNRESET|EPIPE|ECONNABORTED)$/, 'network', 'HOST closed the connection before its answer was complete'],
  [NO_TRUST, 'network', 'the certificate of HOST is not trusted'],
  [NO_TLS, 'network', 'HOST does not speak TLS as expected; is it http:// or https://?'],
  [/^HPE_/, 'bad-response', 'HOST did not answer in HTTP'],
];

function codeOf(error: unknown): string | null {
  // A name with several addresses gives an AggregateError, an SDK wraps what it caught
  for (let inner = error, depth = 0; inner instanceof Error && depth < 5; depth++) {
    if ('code' in inner && typeof inner.code === 'string') return inner.code;
    inner = inner instanceof AggregateError ? inner.errors[0] : inner.cause;
  }
  return null;
}
