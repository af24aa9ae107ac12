import pLimit, { type LimitFunction } from 'p-limit';
import { estimateTokens, estimateUsage } from '../core/cost.js';
import { redactKeyPatterns } from '../core/redact.js';
import type { RecordedAnswer } from '../model/output.js';
import type { ModelRequest } from '../model/request.js';
import type { ProviderLimits } from '../project/load-config.js';
import { type Embeddings, type Moderation, type Provider, ProviderError } from '../providers/provider.js';
import { Pace } from './pace.js';
import type { World } from './world.js';

const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 30_000;
/** A service that asks for more patience than this is down, as far as this run is concerned. */
const LONGEST_RETRY_AFTER_MS = 60_000;

export interface LaneOptions {
  readonly limits: ProviderLimits;
  readonly timeoutMs: number;
  readonly connect: () => Promise<Provider>;
  readonly world: Pick<World, 'now' | 'random' | 'sleep'>;
}

/** A call of a provider, whatever it asks for. */
interface Call<T> {
  readonly model: string | null;
  /** What it may use, for the pace. */
  readonly tokens: () => number;
  readonly make: (provider: Provider, signal: AbortSignal) => Promise<T>;
}

interface Timed<T> {
  readonly result: T;
  readonly latencyMs: number;
}

/**
 * The one way to a provider: it keeps its concurrency and pace, limits the time of each call, retries what may heal and
 * stops at once at what will not. SDKs do none of this.
 */
export class Lane {
  readonly #options: LaneOptions;
  readonly #limit: LimitFunction;
  readonly #requests: Pace | null;
  readonly #tokens: Pace | null;
  readonly #inFlight = new Set<AbortController>();
  #provider: Promise<Provider> | null = null;
  /** Why no further call can succeed: for all models under the key '', or for one. */
  readonly #stopped = new Map<string, ProviderError>();
  #cancelled = false;

  constructor(options: LaneOptions) {
    const { limits, world } = options;
    this.#options = options;
    this.#limit = pLimit(limits.concurrency);
    this.#requests = limits.requestsPerMinute === null ? null : new Pace(limits.requestsPerMinute, world.now);
    this.#tokens = limits.tokensPerMinute === null ? null : new Pace(limits.tokensPerMinute, world.now);
  }

  get concurrency(): number {
    return this.#options.limits.concurrency;
  }

  /** Makes a call when its turn comes. Rejects with ProviderError when it failed for good. */
  async call(request: ModelRequest): Promise<RecordedAnswer> {
    const { result, latencyMs } = await this.#queue({
      model: request.model,
      tokens: () => {
        const { inputTokens, outputTokens } = estimateUsage(request);
        return inputTokens + outputTokens;
      },
      make: (provider, signal) => provider.complete(request, { signal }),
    });
    return { ...result, latencyMs };
  }

  /** Has texts turned into vectors when its turn comes. Rejects with ProviderError when that failed for good. */
  async embed(model: string, texts: readonly string[]): Promise<Embeddings> {
    const { result } = await this.#queue({
      model,
      tokens: () => estimateTokens(texts),
      make: (provider, signal) => {
        if (provider.embed) return provider.embed(model, texts, { signal });
        throw new ProviderError('invalid-request', 'this provider makes no embeddings');
      },
    });
    return result;
  }

  /** Has a text moderated when its turn comes. Rejects with ProviderError when that failed for good. */
  async moderate(model: string, text: string): Promise<Moderation> {
    const { result } = await this.#queue({
      model,
      tokens: () => estimateTokens([text]),
      make: (provider, signal) => {
        if (provider.moderate) return provider.moderate(model, text, { signal });
        throw new ProviderError('invalid-request', 'this provider moderates nothing');
      },
    });
    return result;
  }

  /**
   * Does something at the provider that is no call of a model. It waits for no turn, has no time limit and is not tried
   * again: `cancel` alone ends it. Rejects with ProviderError.
   */
  async aside<T>(make: (provider: Provider, signal: AbortSignal) => Promise<T>): Promise<T> {
    this.#provider ??= this.#options.connect();
    const provider = await this.#provider;
    const controller = new AbortController();
    this.#inFlight.add(controller);
    if (this.#cancelled) controller.abort();
    try {
      return await make(provider, controller.signal);
    } catch (error) {
      if (controller.signal.aborted) throw new ProviderError('cancelled', 'the run was stopped');
      throw this.#asProviderError(error);
    } finally {
      this.#inFlight.delete(controller);
    }
  }

  /** Ends every call in flight and refuses all further ones. */
  cancel(): void {
    this.#cancelled = true;
    for (const controller of this.#inFlight) controller.abort();
  }

  async close(): Promise<void> {
    const provider = await this.#provider?.catch(() => null);
    await provider?.close?.();
  }

  #queue<T>(call: Call<T>): Promise<Timed<T>> {
    return this.#limit(() => this.#try(call));
  }

  async #try<T>(call: Call<T>): Promise<Timed<T>> {
    const model = call.model ?? '';
    for (let attempt = 0; ; attempt++) {
      const stopped = this.#stopped.get('') ?? this.#stopped.get(model);
      if (stopped) throw stopped;
      try {
        return await this.#once(call);
      } catch (thrown) {
        const error = this.#asProviderError(thrown);
        if (error.fatal) this.#stopped.set(error.kind === 'unknown-model' ? model : '', error);
        const patient = error.retryAfterMs === null || error.retryAfterMs <= LONGEST_RETRY_AFTER_MS;
        if (!error.transient || !patient || this.#cancelled || attempt >= this.#options.limits.retries) throw error;
        await this.#wait(error.retryAfterMs ?? this.#backoff(attempt));
      }
    }
  }

  async #once<T>(call: Call<T>): Promise<Timed<T>> {
    const { timeoutMs, world } = this.#options;
    await this.#keepPace(call);
    this.#provider ??= this.#options.connect();
    const provider = await this.#provider;
    const controller = new AbortController();
    this.#inFlight.add(controller);
    if (this.#cancelled) controller.abort();
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      controller.abort();
    }, timeoutMs);
    const started = world.now();
    try {
      const result = await call.make(provider, controller.signal);
      // Digits that no clock means would fill every recording
      return { result, latencyMs: Math.round((world.now() - started) * 10) / 10 };
    } catch (error) {
      if (timedOut) throw new ProviderError('timeout', `no answer within ${timeoutMs / 1000} s`);
      if (controller.signal.aborted) throw new ProviderError('cancelled', 'the run was stopped');
      throw error;
    } finally {
      clearTimeout(timer);
      this.#inFlight.delete(controller);
    }
  }

  async #keepPace({ tokens }: Pick<Call<unknown>, 'tokens'>): Promise<void> {
    const wait = Math.max(this.#requests?.take(1) ?? 0, this.#tokens?.take(tokens()) ?? 0);
    if (wait > 0) await this.#wait(wait);
  }

  async #wait(ms: number): Promise<void> {
    const controller = new AbortController();
    this.#inFlight.add(controller);
    if (this.#cancelled) controller.abort();
    await this.#options.world.sleep(ms, controller.signal);
    this.#inFlight.delete(controller);
    if (this.#cancelled) throw new ProviderError('cancelled', 'the run was stopped');
  }

  /** Exponential with full jitter (Brooker, "Exponential Backoff And Jitter", AWS 2015). */
  #backoff(attempt: number): number {
    return this.#options.world.random() * Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** attempt);
  }

  #asProviderError(thrown: unknown): ProviderError {
    if (!(thrown instanceof ProviderError)) throw thrown;
    const { kind, status, retryAfterMs, fatal } = thrown;
    return new ProviderError(kind, redactKeyPatterns(thrown.message), { status, retryAfterMs, fatal });
  }
}
