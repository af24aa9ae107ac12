import type { ProviderError } from '../providers/contract/provider-error.js';

/** What the calls of a lane have taught about its service: whether to try again, and whether to call at all. */
export interface Health {
  /** Why no call of a model would succeed now; null while one may. */
  refusal(model: string): ProviderError | null;
  /** A call is about to be made for the first time. */
  begin(): void;
  /** Whether a call may be tried again that failed in a way that may heal; null when it may, else why not. */
  refuseRetry(error: ProviderError): string | null;
  /** The service has answered. */
  answered(): void;
  /** A call has failed for good. Returns the error to tell, which may say more. */
  failed(model: string, error: ProviderError): ProviderError;
}
