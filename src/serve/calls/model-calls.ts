import type { World } from '../../calls/world.js';
import type { Answer, ErrorKind } from '../../model/output.js';
import type { ProviderCall } from '../../providers/contract/provider.js';
import { ProviderError } from '../../providers/contract/provider-error.js';
import type { Resolved } from '../../runtime/prompts.js';
import { ApiError } from '../http/api-error.js';
import type { Departure } from '../http/departure.js';
import type { CallPrices } from './call-prices.js';
import type { CallListener, FinishedCall } from './finished-call.js';
import type { Models } from './models.js';
import { type Trace, traceparentOf } from './trace.js';

export interface ModelCallsOptions {
  readonly models: Pick<Models, 'ask'>;
  readonly prices: Pick<CallPrices, 'usdOf'>;
  /** For one call of a model. */
  readonly timeoutMs: number;
  readonly world: Pick<World, 'date' | 'now' | 'later'>;
  /** Told of every call of a model that has ended, failed ones too. */
  readonly listeners: readonly CallListener[];
}

/** How an answer is heard while it comes. */
type Hearing = Pick<ProviderCall, 'onText' | 'untilTaken'>;

/** A call on its way to the model. */
export interface AskedCall
  extends Pick<FinishedCall, 'id' | 'at' | 'prompt' | 'unit' | 'variables' | 'said' | 'copyOf'> {
  readonly resolved: Resolved;
  readonly trace: Trace;
}

/** Asks models, and tells the listeners how each call ended before anybody else hears of it. */
export class ModelCalls {
  readonly #options: ModelCallsOptions;

  constructor(options: ModelCallsOptions) {
    this.#options = options;
  }

  /** The whole answer; `departure` is of whoever waits for it. Rejects with ProviderError, or ApiError. */
  async ask(asked: AskedCall, departure: Departure, hear: Hearing = {}): Promise<Answer> {
    const { world, timeoutMs, models, prices } = this.#options;
    const { resolved } = asked;
    const ended = new AbortController();
    const cancel = world.later(timeoutMs, () => ended.abort(new ProviderError('timeout', 'no answer in time')));
    const stay = departure.onGone(() => ended.abort());
    const began = world.now();
    let firstTokenMs: number | null = null;
    const finish = (how: Pick<FinishedCall, 'answer' | 'usd' | 'error' | 'clientLeft'>) =>
      this.#tell(asked, { ...how, latencyMs: world.now() - began, firstTokenMs });
    const providerCall: ProviderCall = {
      signal: ended.signal,
      // An app of the user's own can leave undone what must not be done twice
      headers: { traceparent: traceparentOf(asked.trace), ...(asked.copyOf && { 'llmci-copy': 'true' }) },
      onFirstToken: () => {
        firstTokenMs ??= world.now() - began;
      },
      ...hear,
    };
    try {
      const answer = await models.ask(resolved, asked.variables, providerCall).catch((error: unknown) => {
        finish({ answer: null, usd: null, error: kindOf(error, ended.signal), clientLeft: departure.gone });
        throw error;
      });
      finish({ answer, usd: prices.usdOf(resolved.model, answer), error: null, clientLeft: false });
      return answer;
    } finally {
      cancel();
      stay();
    }
  }

  /** Tells of a call whose release could not even be filled in. */
  failBefore(asked: AskedCall): void {
    const nothing = { answer: null, usd: null, latencyMs: 0, firstTokenMs: null };
    this.#tell(asked, { ...nothing, error: 'invalid-request', clientLeft: false });
  }

  #tell({ resolved, ...rest }: AskedCall, how: HowItEnded): void {
    const { release, digest, arm, rollout, weight, model, messages } = resolved;
    const { schema } = resolved.output;
    const finished: FinishedCall = {
      ...{ ...rest, release, digest, arm, rollout, model, messages },
      ...(weight !== undefined && { weight }),
      ...(schema && { outputSchema: schema }),
      ...how,
    };
    for (const listener of this.#options.listeners) listener.onCall(finished);
  }
}

type HowItEnded = Pick<FinishedCall, 'answer' | 'usd' | 'error' | 'clientLeft' | 'latencyMs' | 'firstTokenMs'>;

/** What a call failed of. A release whose model nobody knows has failed too, and so has one that trips over its answer. */
function kindOf(error: unknown, signal: AbortSignal): ErrorKind {
  if (error instanceof ProviderError) return error.kind;
  if (signal.aborted) return 'cancelled';
  if (!(error instanceof ApiError)) return 'bad-response';
  return error.status < 500 ? 'invalid-request' : 'unknown-model';
}
