import type { ProviderLimits } from '../providers/contract/entry.js';
import { ProviderError } from '../providers/contract/provider-error.js';
import { Breaker } from './breaker.js';
import type { Health } from './health.js';
import { RetryBudget } from './retry-budget.js';

/** Further tries that every run has, however small. */
const LEAST_RETRIES = 20;

/**
 * The health of a service as a run sees it, which ends soon: further tries are a share of its calls, and a service that
 * failed too often or a model that is unknown stays refused to the end. Nothing heals.
 */
export class RunHealth implements Health {
  readonly #retries: RetryBudget;
  readonly #breaker: Breaker;
  /** Why no further call can succeed: for all models under the key '', or for one. */
  readonly #stopped = new Map<string, ProviderError>();

  constructor({ retries, concurrency }: Pick<ProviderLimits, 'retries' | 'concurrency'>) {
    // What is in flight when a service goes down may be tried as often as the user said
    this.#retries = new RetryBudget(Math.max(LEAST_RETRIES, retries * concurrency));
    this.#breaker = new Breaker(concurrency);
  }

  refusal(model: string): ProviderError | null {
    return this.#stopped.get('') ?? this.#stopped.get(model) ?? null;
  }

  begin(): void {
    this.#retries.call();
  }

  refuseRetry({ kind }: ProviderError): string | null {
    // Refusals for load are few when calls keep to the rate that was learned from them, and cost the service little
    if (kind === 'rate-limit' || this.#retries.take()) return null;
    return 'not tried again, since too many calls of this run needed that: ';
  }

  answered(): void {
    this.#breaker.answered();
  }

  failed(model: string, error: ProviderError): ProviderError {
    if (error.fatal) this.#stopped.set(error.kind === 'unknown-model' ? model : '', error);
    return error.transient ? this.#giveUp(error) : error;
  }

  /** The error of a call that failed for good; of the one after which the provider is given up, with that said. */
  #giveUp(error: ProviderError): ProviderError {
    const failed = this.#breaker.failed();
    if (failed === null || this.#stopped.has('')) return error;
    const { kind, status } = error;
    const message = `given up for this run, after ${failed} calls in a row had failed; the last: ${error.message}`;
    const last = new ProviderError(kind, message, { status, fatal: true });
    this.#stopped.set('', last);
    return last;
  }
}
