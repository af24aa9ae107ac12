import { parseJsonText } from '../../core/text/json-text.js';
import { jsonText } from '../../core/text/json-value.js';
import { isRecord } from '../../model/json.js';
import type { ErrorKind } from '../../model/output.js';

/** What a service says of an error, read from its body. */
export interface ErrorBody {
  /** Its own words; null when there are none that one could know. */
  readonly message: string | null;
  /** What its names for the error mean; null when they say no more than the status does. */
  readonly kind: ErrorKind | null;
  /** What its names mean where there is no status to say it: what another try may heal; null when they say no such thing. */
  readonly passing: ErrorKind | null;
  /** A status that stands in the body; null when there is none. */
  readonly status: number | null;
}

/** The names that services give to errors which the status alone does not tell apart. */
const NAMES: readonly (readonly [RegExp, ErrorKind])[] = [
  [/^(?:content_filter|content_policy_violation|ResponsibleAIPolicyViolation)$/, 'refused-by-filter'],
  [/^(?:model_not_found|unknown_model|invalid_model)$/, 'unknown-model'],
  // OpenAI sends it with 429, Alibaba with 400, some others with 403
  [
    /^(?:insufficient_(?:quota|balance|credits?|funds)|billing_(?:error|hard_limit_reached|not_active)|billing_disabled|(?:exceeded_current_quota|payment_required)(?:_error)?|Arrearage|AccountOverdueError|AllocationQuota\.FreeTierOnly)$/i,
    'no-credit',
  ],
  // Google and xAI send a wrong key with 400
  [
    /^(?:invalid_api_key|api_key_(?:invalid|expired)|(?:invalid_)?auth(?:entication)?(?:_?error)?|invalid_token|token_expired|unauthenticated|unauthorized)$/i,
    'auth',
  ],
];

/** Names that say no more than a status does. */
const PASSING: readonly (readonly [RegExp, ErrorKind])[] = [
  [/^(?:rate_limit(?:_exceeded|_error)?|too_many_requests|RESOURCE_EXHAUSTED|throttlingException)$/i, 'rate-limit'],
  [
    /^(?:(?:internal_)?server_error|api_error|overloaded(?:_error)?|service_unavailable(?:_error)?|UNAVAILABLE|INTERNAL|internalServerException|modelStreamErrorException|serviceUnavailableException)$/i,
    'server',
  ],
  [/^(?:timeout(?:_error)?|DEADLINE_EXCEEDED|modelTimeoutException)$/i, 'timeout'],
];

/** The words for them, where a service gives no name. They are read in errors only. */
const WORDS: readonly (readonly [RegExp, ErrorKind])[] = [
  [
    /credit balance is (?:too low|exhausted)|insufficient (?:account )?(?:balance|credits?|funds)|balance is insufficient|credits are depleted|have any credits|\bout of credits|monthly included credits|reached your specified api usage limits|key limit exceeded|monthly spending limit|billing (?:hard limit|account is (?:not active|disabled))|requires billing to be enabled/i,
    'no-credit',
  ],
  [
    /api[ _-]?key[ _](?:provided )?(?:is |has )?(?:been )?(?:not (?:valid|found)|invalid|expired|revoked|missing)|(?:incorrect|invalid|expired|missing|no) (?:x-)?api[ _-]?key|^authentication error\b|organization has been disabled/i,
    'auth',
  ],
  // OpenAI's words for an empty account; Google's for a limit of a minute or a day too, beside which it stands
  [
    /\byou (?:have )?exceeded your current quota\b(?!.*(?:rate[ _-]limit|too[ _]many|resource_exhausted|retry (?:in|after)|quota exceeded for))/is,
    'no-credit',
  ],
  // With a 400: OpenRouter, DeepSeek, Bedrock
  [/is not a valid model id\b|^model not exist|provided model identifier is invalid/i, 'unknown-model'],
  // OpenRouter says with a 404 that none of a model's services takes what was asked: another request may get through
  [/^no endpoints found that (?:can handle|support)\b/i, 'invalid-request'],
];

/** Reads the shapes in which services write errors: OpenAI's, Anthropic's, Google's, xAI's, FastAPI's, and plain ones. */
export function readErrorBody(body: string): ErrorBody {
  const parsed = parseJsonText(body);
  const error = readError(parsed.fault ? null : parsed.data);
  // A line of text; a page may speak of anything
  const isLine = error.message === null && body.length < 300 && !body.includes('<');
  return isLine ? { ...error, kind: error.kind ?? kindIn(WORDS, [body]) } : error;
}

/** As `readErrorBody`, of what was parsed already: a whole body, or what stands in it under `error`. */
export function readError(parsed: unknown): ErrorBody {
  // Google puts the one error that there is into a list
  const json = recordOf(soleOf(parsed));
  const listed = soleOf(json['errors'] ?? json['error']);
  const error = recordOf(firstOf(json['error'], json['errors'], listed));
  const message = firstText(
    error['message'],
    json['message'],
    json['error'],
    json['detail'],
    json['error_description'],
    ...MESSAGES.map((name) => json[name]),
    json['exception'],
    json['msg'],
    listed,
  );
  // Mistral has it a level deeper; FastAPI names the part of the request that is missing
  const detail = json['detail'] ?? recordOf(json['message'])['detail'] ?? null;
  const names = namesIn(json, error);
  const flagged = 'flagged_input' in recordOf(error['metadata']);
  return {
    message: message ?? (detail === null ? null : jsonText(detail)),
    // OpenRouter refuses flagged input with a 403, which says nothing about the key
    kind: flagged
      ? 'refused-by-filter'
      : lacksKey(detail)
        ? 'auth'
        : (kindIn(NAMES, names) ?? kindIn(WORDS, message === null ? [] : [[message, ...names].join('\n')])),
    passing: kindIn(PASSING, names),
    status:
      [error['code'], error['status'], ...STATUSES.map((name) => json[name])]
        .map(statusOf)
        .find((each) => each !== null) ?? null,
  };
}

const MESSAGES = ['error_message', 'errorMessage', 'error_msg'];
const CODES = ['error_code', 'errorCode'];
const FAILURES = ['is_error', 'isError', 'failed', 'failure', 'has_error', 'hasError'];
const STATUSES = ['code', 'status', 'status_code', 'statusCode', ...CODES];

/**
 * The error that a whole answer tells, in place of what was asked for or beside it; undefined when it tells none. It may stand
 * under a name of its own, or be said by a status, as gateways do, and apps that wrap what they send.
 */
export function errorToldBy(body: Readonly<Record<string, unknown>>): unknown {
  const { error, errors, exception, success, ok, status } = body;
  if (isError(error)) return error;
  if (isError(errors)) return Array.isArray(errors) ? errors[0] : errors;
  if (body['object'] === 'error' || body['type'] === 'error' || isWord(false, success) || isWord(false, ok))
    return body;
  if (FAILURES.some((name) => isWord(true, body[name]))) return body;
  if (typeof status === 'string' && /^(?:error|failure|exception)$/i.test(status)) return body;
  // `{ error_code: 0, error_msg: "success" }` is none
  const codes = CODES.map((name) => body[name]).filter((code) => code !== undefined);
  if (codes.some((code) => isError(code) && String(code) !== '0')) return body;
  const words = [exception, ...(codes.length > 0 ? [] : MESSAGES.map((name) => body[name]))];
  if (words.some((word) => isError(word))) return body;
  const explains = ['message', 'msg', 'detail'].some((name) => typeof body[name] === 'string');
  const failed = STATUSES.some((name) => statusOf(body[name]) !== null && (name !== 'code' || explains));
  return failed ? body : undefined;
}

/** Whether a value says yes or no, as a text too. */
function isWord(word: boolean, value: unknown): boolean {
  return value === word || (typeof value === 'string' && value.toLowerCase() === String(word));
}

/** Whether a value under `error` says that there was one. */
export function isError(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === 0 || value === '') return false;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

/** Whether it is the header of a key that FastAPI finds missing or wrong. */
function lacksKey(detail: unknown): boolean {
  const places = (Array.isArray(detail) ? detail : []).map((each) => recordOf(each)['loc']);
  return places.some((loc) => Array.isArray(loc) && loc[0] === 'header' && /^(?:authorization|.*key)$/i.test(loc[1]));
}

/** All that may be a name of the error, the more exact first. */
function namesIn(json: Readonly<Record<string, unknown>>, error: Readonly<Record<string, unknown>>): readonly string[] {
  const details = Array.isArray(error['details']) ? error['details'] : [];
  const named = [
    recordOf(error['innererror'])['code'],
    ...details.map((detail) => recordOf(detail)['reason']),
    ...[error['code'], error['type'], error['status']],
    ...[json['code'], json['type'], ...CODES.map((name) => json[name])],
  ];
  return named.filter((name) => typeof name === 'string');
}

function kindIn(table: typeof NAMES, texts: readonly string[]): ErrorKind | null {
  for (const [pattern, kind] of table) if (texts.some((text) => pattern.test(text))) return kind;
  return null;
}

/** A status of 4xx or 5xx, which some write as a text. */
function statusOf(value: unknown): number | null {
  return (typeof value === 'number' || typeof value === 'string') && /^[45]\d\d$/.test(String(value))
    ? Number(value)
    : null;
}

function firstText(...values: readonly unknown[]): string | null {
  return values.find((value): value is string => typeof value === 'string' && value.trim() !== '') ?? null;
}

function firstOf(...values: readonly unknown[]): unknown {
  return values.find(isRecord);
}

/** The first of a list, however deep it stands; what is no list, as it is. */
function soleOf(value: unknown): unknown {
  let sole = value;
  while (Array.isArray(sole)) sole = sole[0];
  return sole;
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}
