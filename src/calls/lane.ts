import { estimateTokens, estimateUsage } from '../core/requests/cost.js';
import { formatNumber } from '../core/text/format.js';
import { redactKeyPatterns } from '../core/text/redact.js';
import { withMembers } from '../core/text/with-members.js';
import type { Answer, RecordedAnswer } from '../model/output.js';
import type { ModelRequest } from '../model/request.js';
import { admitAnswer, admitEmbeddings, admitModeration } from '../providers/contract/admit.js';
import type { ProviderLimits } from '../providers/contract/entry.js';
import type { FindMedia } from '../providers/contract/media.js';
import type { Embeddings, Moderation, Provider, ProviderCall } from '../providers/contract/provider.js';
import { faultOfAnswer, ProviderError } from '../providers/contract/provider-error.js';
import { Admission, LONGEST_RETRY_AFTER_MS } from './admission.js';
import type { Health } from './health.js';
import { cancellation, type Ending, InFlight } from './in-flight.js';
import type { Use } from './quotas.js';
import type { World } from './world.js';

const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 30_000;

/** What a lane keeps to. */
export interface LaneLimits extends ProviderLimits {
  /** For one try of a call. */
  readonly timeoutMs: number;
  /** Whether calls cost nothing, refused ones neither. */
  readonly free: boolean;
}

export interface LaneOptions {
  readonly limits: LaneLimits;
  readonly health: Health;
  readonly connect: () => Promise<Provider>;
  /** Finds the bytes that messages name. */
  readonly media?: FindMedia;
  readonly world: Pick<World, 'now' | 'date' | 'random' | 'sleep' | 'later'>;
}

/** A call of a provider, whatever it asks for. */
interface Call<T> {
  readonly model: string;
  /** What it may use, at most. */
  readonly use: () => Use;
  readonly make: (provider: Provider, call: ProviderCall) => Promise<T>;
  readonly around: AroundAttempt<T>;
}

interface Timed<T> {
  readonly result: T;
  readonly latencyMs: number;
  /** Undefined for what did not come as a stream. */
  readonly firstTokenMs?: number | undefined;
}

/**
 * Goes around each attempt of a call, the repeated ones too, from before it waits for its turn. It may wait itself, which
 * counts in no time limit, or reject in place of the attempt.
 */
export type AroundAttempt<T> = (attempt: () => Promise<Timed<T>>) => Promise<Timed<T>>;

/**
 * The one way to a provider: calls start when their admission lets them; the lane limits the time of each, retries what may
 * heal and stops at once at what will not. SDKs do none of this.
 */
export class Lane {
  readonly #options: LaneOptions;
  readonly #admission: Admission;
  readonly #inFlight: InFlight;
  #provider: Promise<Provider> | null = null;

  constructor(options: LaneOptions) {
    const { limits, world } = options;
    this.#options = options;
    this.#inFlight = new InFlight(world);
    this.#admission = new Admission(limits, world, { free: limits.free });
  }

  /** Finds the bytes that messages name; undefined where none were read. */
  get media(): FindMedia | undefined {
    return this.#options.media;
  }

  /** How many calls may be in flight at most. */
  get concurrency(): number {
    return this.#options.limits.concurrency;
  }

  /** Makes a call when its turn comes. Rejects with ProviderError when it failed for good. */
  async call(request: ModelRequest, around: AroundAttempt<Answer> = direct): Promise<RecordedAnswer> {
    const { result, latencyMs, firstTokenMs } = await this.#insist({
      model: request.model ?? '',
      use: once(() => {
        const { inputTokens, outputTokens } = estimateUsage(request);
        return useOf(inputTokens, outputTokens);
      }),
      make: async (provider, call) => admitAnswer(await provider.complete(request, call)),
      around,
    });
    return withMembers(result, firstTokenMs === undefined ? { latencyMs } : { latencyMs, firstTokenMs });
  }

  /** Has texts turned into vectors when its turn comes. Rejects with ProviderError when that failed for good. */
  async embed(
    model: string,
    texts: readonly string[],
    around: AroundAttempt<Embeddings> = direct,
  ): Promise<Embeddings> {
    const { result } = await this.#insist({
      model,
      use: once(() => useOf(estimateTokens(texts), 0)),
      make: async (provider, call) => {
        if (provider.embed) return admitEmbeddings(await provider.embed(model, texts, call), texts.length);
        throw new ProviderError('invalid-request', 'this provider makes no embeddings');
      },
      around,
    });
    return result;
  }

  /** Has a text moderated when its turn comes. Rejects with ProviderError when that failed for good. */
  async moderate(model: string, text: string, around: AroundAttempt<Moderation> = direct): Promise<Moderation> {
    const { result } = await this.#insist({
      model,
      use: once(() => useOf(estimateTokens([text]), 0)),
      make: async (provider, call) => {
        if (provider.moderate) return admitModeration(await provider.moderate(model, text, call));
        throw new ProviderError('invalid-request', 'this provider moderates nothing');
      },
      around,
    });
    return result;
  }

  /**
   * Does something at the provider that is no call of a model. It waits for no turn, has no time limit and is not tried
   * again: `cancel` alone ends it. Rejects with ProviderError.
   */
  async aside<T>(make: (provider: Provider, signal: AbortSignal) => Promise<T>): Promise<T> {
    const provider = await this.#connected();
    try {
      return await this.#inFlight.run(null, ({ signal }) => make(provider, signal));
    } catch (error) {
      throw this.#asProviderError(error);
    }
  }

  /** Ends every call in flight and refuses all further ones. */
  cancel(): void {
    this.#inFlight.cancel();
    this.#admission.refuseAll(cancellation().beforeSending());
  }

  async close(): Promise<void> {
    const provider = await this.#provider?.catch(() => null);
    await provider?.close?.();
  }

  /** Tries until there is an answer, or a fault that further tries would not heal. */
  async #insist<T>(call: Call<T>): Promise<Timed<T>> {
    this.#options.health.begin();
    for (let attempt = 0; ; attempt++) {
      try {
        return await call.around(() => this.#try(call));
      } catch (thrown) {
        const error = this.#asProviderError(thrown);
        if (this.#inFlight.cancelled) throw error;
        const refusal = error.transient ? this.#refuseRetry(error, attempt) : '';
        if (refusal !== null) throw this.#fail(call.model, error.withMessage(refusal + error.message));
        // What the service asks for is waited for by the whole lane
        if (!error.retryAfterMs) await this.#inFlight.run(null, ({ signal }) => this.#backOff(attempt, signal));
      }
    }
  }

  /** Why a call is not tried again, to stand before its error; null when it is. */
  #refuseRetry(error: ProviderError, attempt: number): string | null {
    const { retryAfterMs } = error;
    if (retryAfterMs !== null && retryAfterMs > LONGEST_RETRY_AFTER_MS)
      return `it asks to wait ${seconds(retryAfterMs)}, and llmci waits ${seconds(LONGEST_RETRY_AFTER_MS)} at most: `;
    return attempt >= this.#options.limits.retries ? '' : this.#options.health.refuseRetry(error);
  }

  /** The error of a call that failed for good. Those who wait for a turn that has become useless are told. */
  #fail(model: string, error: ProviderError): ProviderError {
    const told = this.#options.health.failed(model, error);
    this.#admission.look();
    return told;
  }

  async #try<T>({ model, use, make }: Call<T>): Promise<Timed<T>> {
    // Calls that start before there is a provider would all be sent at once when it is there
    const provider = await this.#connected();
    if (this.#inFlight.cancelled) throw cancellation().beforeSending();
    const attempt = await this.#admission.start({
      model,
      use,
      isMoot: () => this.#options.health.refusal(model) !== null,
    });
    try {
      const refusal = this.#options.health.refusal(model);
      if (refusal) throw refusal.beforeSending();
      if (provider.ready) await this.#ready(provider.ready.bind(provider));
      const { media } = this.#options;
      const answer = await this.#time((ending, onFirstToken) =>
        make(provider, {
          get signal() {
            return ending.signal;
          },
          onHeaders: attempt.tell,
          onFirstToken,
          ...(media && { media }),
        }),
      );
      attempt.answered();
      this.#options.health.answered();
      return answer;
    } catch (thrown) {
      const error = faultOfAnswer(thrown);
      if (error instanceof ProviderError) attempt.failed(error);
      throw error;
    } finally {
      attempt.end();
    }
  }

  /** What is got ready has a time limit of its own, and is no part of the call's time. */
  #ready(make: NonNullable<Provider['ready']>): Promise<void> {
    return this.#inFlight.run(this.#options.limits.timeoutMs, ({ signal }) => make(signal));
  }

  async #time<T>(make: (ending: Ending, onFirstToken: () => void) => Promise<T>): Promise<Timed<T>> {
    const { limits, world } = this.#options;
    const started = world.now();
    // Digits that no clock means would fill every recording
    const took = () => Math.round((world.now() - started) * 10) / 10;
    let firstTokenMs: number | undefined;
    const onFirstToken = () => {
      firstTokenMs ??= took();
    };
    const result = await this.#inFlight.run(limits.timeoutMs, (ending) => make(ending, onFirstToken));
    return { result, latencyMs: took(), firstTokenMs };
  }

  #connected(): Promise<Provider> {
    this.#provider ??= this.#options.connect();
    return this.#provider;
  }

  /** Exponential with full jitter (Brooker, "Exponential Backoff And Jitter", AWS 2015). */
  #backOff(attempt: number, signal: AbortSignal): Promise<void> {
    const { random, sleep } = this.#options.world;
    return sleep(random() * Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** attempt), signal);
  }

  #asProviderError(thrown: unknown): ProviderError {
    if (!(thrown instanceof ProviderError)) throw thrown;
    return thrown.withMessage(redactKeyPatterns(thrown.message));
  }
}

function direct<T>(attempt: () => Promise<T>): Promise<T> {
  return attempt();
}

function seconds(ms: number): string {
  return `${formatNumber(Math.round(ms / 1000))} s`;
}

function useOf(input: number, output: number): Use {
  return { requests: 1, tokens: input + output, 'input-tokens': input, 'output-tokens': output };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
