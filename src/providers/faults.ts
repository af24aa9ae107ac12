import { type JsonFault, parseJsonText } from '../core/text/json-text.js';
import { jsonText } from '../core/text/json-value.js';
import { printableLine } from '../core/text/printable.js';
import { redactKeyPatterns, redactSecrets } from '../core/text/redact.js';
import type { Json } from '../model/json.js';
import type { ErrorKind } from '../model/output.js';
import { errorKindOfStatus, ProviderError, retryAfterMs } from './provider-error.js';

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
  const { message, code, flagged } = readErrorBody(body);
  const location = headers.get('location');
  const said =
    status >= 300 && status < 400 && location !== null
      ? `a redirect to ${location}, which is not followed; use the right address`
      : (message ?? excerpt(body, clean));
  return new ProviderError(
    kindOf(status, code, flagged),
    `HTTP ${status} from ${host}: ${clean(said) || excerpt(body, clean)}`,
    {
      status,
      retryAfterMs: retryAfterMs(headers, now),
      ...(isHopeless(status, code) && { fatal: true }),
    },
  );
}

/** Whether no further call can succeed: no money left (OpenAI says it with a 429), or a service that cannot do this. */
function isHopeless(status: number, code: string | null): boolean {
  return status === 402 || status === 501 || status === 505 || code === 'insufficient_quota';
}

function kindOf(status: number, code: string | null, flagged: boolean): ErrorKind {
  if (flagged || code === 'content_filter' || code === 'content_policy_violation') return 'refused-by-filter';
  if (code === 'model_not_found' || code === 'unknown_model') return 'unknown-model';
  return errorKindOfStatus(status);
}

interface ErrorBody {
  readonly message: string | null;
  readonly code: string | null;
  /** OpenRouter refuses flagged input with a 403, which says nothing about the key. */
  readonly flagged: boolean;
}

/** Reads the shapes in which services write errors: OpenAI's, Anthropic's, FastAPI's, and plain ones. */
export function readErrorBody(body: string): ErrorBody {
  const parsed = parseJsonText(body);
  const json = asRecord(parsed.fault ? null : parsed.data);
  const error = asRecord(json['error']);
  const inner = asRecord(error['innererror']);
  const candidates = [error['message'], json['message'], json['error'], json['detail'], json['error_description']];
  const message = candidates.find((value) => typeof value === 'string' && value.trim() !== '');
  const detail = json['detail'] ?? null;
  return {
    message: typeof message === 'string' ? message : detail === null ? null : jsonText(detail),
    code:
      inner['code'] === 'ResponsibleAIPolicyViolation'
        ? 'content_filter'
        : typeof error['code'] === 'string'
          ? error['code']
          : null,
    flagged: 'flagged_input' in asRecord(error['metadata']),
  };
}

/** The error behind a connection that failed; its `code` is Node's. */
export function connectionError(error: unknown, { host, clean }: Service): ProviderError {
  const code = codeOf(error);
  const text = code ?? clean(error instanceof Error ? error.message : String(error));
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

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? { ...value } : {};
}
