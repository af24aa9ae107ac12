import { MessageError } from '../../core/requests/message-error.js';
import { LlmciError } from '../../core/text/errors.js';
import type { ErrorKind } from '../../model/output.js';
import { ProviderError } from '../../providers/contract/provider-error.js';

/** The body of an error. */
export interface ApiErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string;
  };
}

/** What a client is told that a call failed of, in OpenAI's form. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  /** The field of the body that is wrong; null when it is none. */
  readonly param: string | null;
  readonly retryAfterMs: number | null;

  constructor(
    status: number,
    code: string,
    message: string,
    param: string | null = null,
    retryAfterMs: number | null = null,
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.param = param;
    this.retryAfterMs = retryAfterMs;
  }

  get body(): ApiErrorBody {
    const type = this.status >= 500 ? 'server_error' : 'invalid_request_error';
    return { error: { message: this.message, type, param: this.param, code: this.code } };
  }
}

/** In words of our own: what a service says may hold the prompt, and is not the client's. */
const UPSTREAM: Readonly<Record<ErrorKind, readonly [status: number, message: string]>> = {
  'rate-limit': [429, "the model's service has too much to do; try again later"],
  timeout: [504, "the model's service did not answer in time"],
  network: [502, "the model's service cannot be reached, or broke off"],
  server: [502, "the model's service failed"],
  auth: [502, "the model's service does not take the key of the gateway"],
  'no-credit': [502, "the account of the gateway at the model's service has no credit"],
  'unknown-model': [502, "the model's service does not know the model of the release"],
  'invalid-request': [502, "the model's service does not take the request that the release makes"],
  'refused-by-filter': [400, "the filter of the model's service refused the request"],
  'bad-response': [502, "the model's service answered something that cannot be read"],
  budget: [429, 'the budget is spent'],
  'not-recorded': [502, 'there is no recorded answer'],
  tool: [502, 'a tool failed'],
  cancelled: [503, 'the gateway is stopping; try again'],
};

/** What a failed call is for its client. Anything that no call can cause stays what it is. */
export function asApiError(error: unknown): ApiError | null {
  if (error instanceof ApiError) return error;
  if (error instanceof ProviderError) {
    const [status, message] = UPSTREAM[error.kind];
    return new ApiError(status, `upstream_${error.kind.replaceAll('-', '_')}`, message, null, error.retryAfterMs);
  }
  if (error instanceof MessageError) return new ApiError(400, 'invalid_messages', error.message);
  if (!(error instanceof LlmciError)) return null;
  if (error.code === 'not-live') return new ApiError(404, 'prompt_not_found', error.message, 'prompt.id');
  if (error.code === 'version-not-live') return new ApiError(404, 'version_not_live', error.message, 'prompt.version');
  if (error.code === 'bad-variables') return new ApiError(400, 'invalid_variables', error.message, 'prompt.variables');
  return null;
}
