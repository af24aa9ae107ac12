import type { ResponseHeaders } from '../contract/allowances.js';
import { ProviderError } from '../contract/provider-error.js';
import { connectionError, type Service, statusError } from './faults.js';

type ErrorClass = abstract new (...args: never[]) => Error;

/** The error classes that both SDKs export under the same names. */
export interface SdkErrorClasses {
  readonly APIError: ErrorClass;
  readonly APIConnectionError: ErrorClass;
  readonly APIConnectionTimeoutError: ErrorClass;
  readonly APIUserAbortError: ErrorClass;
}

/**
 * What to throw for an error that an SDK threw: the signal's reason when it is aborted, a ProviderError for whatever
 * the service or the network did, and the error itself when it is none of these (a bug). `now` is in milliseconds.
 */
function sdkError(error: unknown, sdk: SdkErrorClasses, service: Service, signal: AbortSignal, now: number): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof ProviderError) return error;
  if (error instanceof sdk.APIConnectionTimeoutError)
    return new ProviderError('timeout', `${service.host} did not answer in time`);
  if (error instanceof sdk.APIConnectionError)
    return error.cause instanceof ProviderError ? error.cause : connectionError(error.cause ?? error, service);
  if (error instanceof sdk.APIError && 'status' in error && typeof error.status === 'number') {
    return statusError(error.status, bodyOf(error), headersOf(error), service, now);
  }
  return error;
}

/** What an SDK gives, whatever it is. Rejects as `sdkError` says. */
export async function receive<T>(
  sent: Promise<T>,
  sdk: SdkErrorClasses,
  service: Service,
  signal: AbortSignal,
): Promise<T> {
  try {
    return await sent;
  } catch (error) {
    throw sdkError(error, sdk, service, signal, Date.now());
  }
}

/**
 * One SDK keeps the whole body of an error, the other only what is under `error`. Both keep a body that has nothing
 * else, so that is how the body is handed to them.
 */
export function wrapErrorBody(body: string): string {
  return JSON.stringify({ error: { body } });
}

/** Those that sdkFetch made: they can be asked for one, which is all that is needed. */
function headersOf(error: Error): ResponseHeaders {
  return 'headers' in error && has(error.headers, 'get') ? (error.headers as ResponseHeaders) : new Headers();
}

function bodyOf(error: Error): string {
  const kept = 'error' in error ? error.error : null;
  const inner = has(kept, 'error') ? kept.error : kept;
  return has(inner, 'body') && typeof inner.body === 'string' ? inner.body : '';
}

function has<K extends string>(value: unknown, key: K): value is Record<K, unknown> {
  return value !== null && typeof value === 'object' && key in value;
}
