import { ProviderError } from '../contract/provider-error.js';

/** A token that a service takes in place of a key, for a while. */
export interface AccessToken {
  readonly token: string;
  /** How long it is good for from now on, in milliseconds. */
  readonly livesMs: number;
}

/** The token is renewed in passing when so much of its life is left, and waited for when so little is. */
const EARLY = { share: 0.2, mostMs: 5 * 60_000 };
const LATE = { share: 0.1, mostMs: 30_000 };

interface Held extends AccessToken {
  readonly endsAt: number;
}

/** An exchange under way, and how many calls wait for it. */
interface Exchange {
  readonly result: Promise<Held>;
  readonly stop: AbortController;
  waiting: number;
}

/**
 * The access token of a provider: got when it is first needed, shared by all calls, renewed before it ends. Its age is
 * measured on a clock that only grows, from the lifetime that came with it, so that no wrong date of this machine or of the
 * service makes it old or young.
 */
export class AccessTokens {
  readonly #exchange: (signal: AbortSignal) => Promise<AccessToken>;
  readonly #now: () => number;
  #held: Held | null = null;
  #pending: Exchange | null = null;
  /** Why no token will ever be had. */
  #refusal: ProviderError | null = null;

  /** `now` gives milliseconds that only grow. */
  constructor(exchange: (signal: AbortSignal) => Promise<AccessToken>, now: () => number) {
    this.#exchange = exchange;
    this.#now = now;
  }

  /** A token that is good now. Rejects with what the exchange rejects with, and with the signal's reason. */
  async get(signal: AbortSignal): Promise<string> {
    const held = this.#held;
    if (!held && this.#refusal) throw this.#refusal;
    const leftMs = held ? held.endsAt - this.#now() : 0;
    if (!held || leftMs <= margin(held, LATE)) return (await this.#wait(signal)).token;
    // What comes of it is seen by the call that has to wait for it
    if (leftMs <= margin(held, EARLY)) this.#start().result.catch(() => undefined);
    return held.token;
  }

  /** To be told that the service did not take a token, whatever its age. */
  refused(token: string): void {
    if (this.#held?.token === token) this.#held = null;
  }

  /** Sends something with a token; once more with a new one when the service answers 401. */
  async use<T>(signal: AbortSignal, send: (token: string) => Promise<T>): Promise<T> {
    const token = await this.get(signal);
    try {
      return await send(token);
    } catch (error) {
      if (!isUnauthorized(error)) throw error;
      this.refused(token);
    }
    try {
      return await send(await this.get(signal));
    } catch (error) {
      throw isUnauthorized(error) ? error.withMessage(`${error.message} (with an access token just exchanged)`) : error;
    }
  }

  #start(): Exchange {
    if (this.#pending) return this.#pending;
    const stop = new AbortController();
    const result = this.#exchange(stop.signal).then((got) => {
      const held = { ...got, endsAt: this.#now() + got.livesMs };
      this.#held = held;
      return held;
    });
    const pending: Exchange = { result, stop, waiting: 0 };
    this.#pending = pending;
    const done = () => {
      if (this.#pending === pending) this.#pending = null;
    };
    result.then(done, (error: unknown) => {
      done();
      // One that is still good may outlive what was wrong
      if (error instanceof ProviderError && error.fatal && !this.#held) this.#refusal = error;
    });
    return pending;
  }

  /** One exchange for all who wait; it is given up when none is left. */
  async #wait(signal: AbortSignal): Promise<AccessToken> {
    signal.throwIfAborted();
    const pending = this.#start();
    pending.waiting++;
    let leave: () => void = () => undefined;
    const left = new Promise<never>((_, reject) => {
      leave = () => reject(signal.reason);
      signal.addEventListener('abort', leave, { once: true });
    });
    try {
      return await Promise.race([pending.result, left]);
    } finally {
      signal.removeEventListener('abort', leave);
      if (--pending.waiting === 0 && signal.aborted) {
        pending.stop.abort(signal.reason);
        if (this.#pending === pending) this.#pending = null;
      }
    }
  }
}

function margin({ livesMs }: AccessToken, { share, mostMs }: typeof EARLY): number {
  return Math.min(livesMs * share, mostMs);
}

function isUnauthorized(error: unknown): error is ProviderError {
  return error instanceof ProviderError && error.status === 401;
}
