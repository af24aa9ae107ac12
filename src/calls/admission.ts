import { type ResponseHeaders, readAllowances } from '../providers/contract/allowances.js';
import type { ProviderLimits } from '../providers/contract/entry.js';
import type { ProviderError } from '../providers/contract/provider-error.js';
import { Concurrency } from './concurrency.js';
import { LearnedRate } from './learned-rate.js';
import { Pace } from './pace.js';
import { Quotas, type Use } from './quotas.js';
import { Turns } from './turns.js';
import type { World } from './world.js';

/** A service that asks for more patience than this is down, as far as this run is concerned. */
export const LONGEST_RETRY_AFTER_MS = 60_000;

/** An attempt that wants to start. */
export interface WaitingAttempt {
  readonly model: string;
  /** What it may use, at most. */
  readonly use: () => Use;
  /** Whether it is not going to be made, and so has nothing to wait for. */
  readonly isMoot: () => boolean;
}

/** An attempt under way, from its start to its end. */
export interface Attempt {
  /** The service has said something of its limits. */
  readonly tell: (headers: ResponseHeaders) => void;
  readonly answered: () => void;
  readonly failed: (error: ProviderError) => void;
  readonly end: () => void;
}

interface Waiting extends WaitingAttempt {
  readonly quotas: Quotas;
  /** When the configured pace lets it go; null before it has asked. */
  readyAt: number | null;
  /** Its number in the order of starting. */
  serial: number;
  startedAt: number;
}

/**
 * When the calls to a service start: as many at once and as fast as the user allows, as the service says, and as its
 * refusals have taught.
 */
export class Admission {
  readonly #world: Pick<World, 'now' | 'date' | 'sleep'>;
  readonly #turns: Turns<Waiting>;
  readonly #concurrency: Concurrency;
  readonly #requests: Pace | null;
  readonly #tokens: Pace | null;
  readonly #learned: LearnedRate;
  /** By model: services limit each for itself. */
  readonly #quotas = new Map<string, Quotas>();
  #inFlight = 0;
  #serial = 0;
  #pausedUntil = 0;

  constructor(
    limits: ProviderLimits,
    world: Pick<World, 'now' | 'date' | 'sleep'>,
    { free }: { readonly free: boolean },
  ) {
    this.#world = world;
    // What is left of one model's limits is no matter of the others
    this.#turns = new Turns(world, { queueOf: ({ model }) => model, admit: (waiting) => this.#admit(waiting) });
    this.#concurrency = new Concurrency(limits.concurrency);
    this.#requests = limits.requestsPerMinute === null ? null : new Pace(limits.requestsPerMinute, world.now);
    this.#tokens = limits.tokensPerMinute === null ? null : new Pace(limits.tokensPerMinute, world.now);
    // Where a refusal costs nothing, the first calls need not start apart
    this.#learned = new LearnedRate(free ? 0 : limits.concurrency);
  }

  /** Resolves when an attempt may start, which then has to be ended. Rejects with the error of `refuseAll`. */
  async start(attempt: WaitingAttempt): Promise<Attempt> {
    const quotas = this.#quotas.get(attempt.model) ?? new Quotas();
    this.#quotas.set(attempt.model, quotas);
    const waiting: Waiting = { quotas, readyAt: null, serial: 0, startedAt: 0, ...attempt };
    await this.#turns.take(waiting);
    return {
      tell: (headers) => {
        const allowances = readAllowances(headers, this.#world.date().getTime());
        quotas.tell(allowances, waiting.serial, this.#serial, this.#world.now());
      },
      answered: () => this.#concurrency.answered(),
      failed: (error) => this.#learnFrom(error, waiting),
      end: () => {
        this.#inFlight--;
        quotas.end(attempt.use());
        this.#turns.look();
      },
    };
  }

  /** Lets through who may go now: to be called when an attempt has become moot. */
  look(): void {
    this.#turns.look();
  }

  /** Nobody who waits gets a turn any more. */
  refuseAll(error: Error): void {
    this.#turns.refuseAll(error);
  }

  /** Lets an attempt start now, and returns 0; or returns how long it has to wait. */
  #admit(waiting: Waiting): number {
    const now = this.#world.now();
    const wait = waiting.isMoot() ? 0 : this.#waitOf(waiting, now);
    if (wait > 0) return wait;
    waiting.serial = this.#serial++;
    waiting.startedAt = now;
    this.#inFlight++;
    this.#learned.start({ call: waiting.serial, at: now });
    waiting.quotas.start(waiting.use());
    return 0;
  }

  #waitOf(waiting: Waiting, now: number): number {
    if (this.#inFlight >= this.#concurrency.level) return Number.POSITIVE_INFINITY;
    const { use, quotas } = waiting;
    const paused = this.#pausedUntil - now;
    const quota = quotas.waitAt(now, use);
    // It asks for its place in the pace of all models when its own lets it go
    if (quota > 0) return Math.max(quota, paused);
    waiting.readyAt ??= now + Math.max(this.#requests?.take(1) ?? 0, this.#tokens?.take(use().tokens) ?? 0);
    return Math.max(0, waiting.readyAt - now, this.#learned.waitAt(now), paused);
  }

  /** Slows down when a call was refused for load, and rests for as long as the service asks. */
  #learnFrom({ kind, status, retryAfterMs, fatal }: ProviderError, { serial, startedAt }: Waiting): void {
    if (fatal) return;
    const now = this.#world.now();
    if (kind === 'rate-limit') this.#learned.refused({ call: serial, at: startedAt }, now, this.#serial);
    if (kind === 'rate-limit' || status === 503 || status === 529)
      this.#concurrency.refused(serial, this.#inFlight, this.#serial);
    if (retryAfterMs !== null && retryAfterMs <= LONGEST_RETRY_AFTER_MS)
      this.#pausedUntil = Math.max(this.#pausedUntil, now + retryAfterMs);
  }
}
