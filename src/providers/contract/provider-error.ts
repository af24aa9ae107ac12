import type { ErrorKind } from '../../model/output.js';
import { type ResponseHeaders, serverTime } from './allowances.js';

/** A fault of the world: it says nothing about the prompt. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly kind: ErrorKind;
  readonly status: number | null;
  /** How long the service asked us to wait, in milliseconds. */
  readonly retryAfterMs: number | null;
  /** Whether no request to this provider can succeed in this run. */
  readonly fatal: boolean;
  /** Whether the request did not reach the service, so that it cannot have cost anything. */
  readonly unsent: boolean;

  constructor(kind: ErrorKind, message: string, details: ProviderErrorDetails = {}) {
    super(message);
    this.kind = kind;
    this.status = details.status ?? null;
    this.retryAfterMs = details.retryAfterMs ?? null;
    this.fatal = details.fatal ?? FATAL.has(kind);
    this.unsent = details.unsent ?? false;
  }

  /** Whether the same request may succeed later. */
  get transient(): boolean {
    return !this.fatal && TRANSIENT.has(this.kind);
  }

  /** The same error in other words. */
  withMessage(message: string): ProviderError {
    return new ProviderError(this.kind, message, this);
  }

  /** The same fault, of a call that was not sent for it. */
  beforeSending(): ProviderError {
    const { kind, message, status, retryAfterMs, fatal } = this;
    return new ProviderError(kind, message, { status, retryAfterMs, fatal, unsent: true });
  }
}

export interface ProviderErrorDetails {
  readonly status?: number | null;
  readonly retryAfterMs?: number | null;
  /** Default: whether the kind is one that does not heal (auth, no-credit, unknown-model). */
  readonly fatal?: boolean;
  readonly unsent?: boolean;
}

const FATAL: ReadonlySet<ErrorKind> = new Set<ErrorKind>(['auth', 'no-credit', 'unknown-model']);
const TRANSIENT: ReadonlySet<ErrorKind> = new Set<ErrorKind>(['rate-limit', 'timeout', 'network', 'server']);

/** What reading an answer threw: of one that is so wide or deep that it exhausts the stack, the fault of that answer. */
export function faultOfAnswer(thrown: unknown): unknown {
  if (!(thrown instanceof RangeError)) return thrown;
  return new ProviderError('bad-response', `the answer is more than can be read (${thrown.message})`);
}

/** The kind of error that an HTTP status stands for. */
export function errorKindOfStatus(status: number): ErrorKind {
  // Some services answer 498 to a token that is no longer good
  if (status === 401 || status === 403 || status === 498) return 'auth';
  // A proxy on the way, not the service
  if (status === 407) return 'network';
  if (status === 402) return 'no-credit';
  if (status === 404) return 'unknown-model';
  if (status === 408) return 'timeout';
  if (status === 409 || status >= 500) return 'server';
  if (status === 429) return 'rate-limit';
  return 'invalid-request';
}

/**
 * The wait that a response asks for in `retry-after-ms` or `Retry-After` (seconds or an HTTP date), in milliseconds;
 * null when it asks for none. A date is compared with the service's own, or with `now` (in milliseconds) when it has none.
 */
export function retryAfterMs(headers: ResponseHeaders, now: number): number | null {
  const exact = Number(headers.get('retry-after-ms') ?? Number.NaN);
  if (Number.isFinite(exact)) return Math.max(0, exact);
  const written = headers.get('retry-after');
  if (written === null) return null;
  const seconds = Number(written);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(written);
  return Number.isNaN(date) ? null : Math.max(0, date - serverTime(headers, now));
}
