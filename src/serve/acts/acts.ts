import { LlmciError } from '../../core/text/errors.js';
import { EXIT } from '../../core/text/exit-code.js';
import type { LedgerLine } from '../../model/ledger.js';
import type { RolloutCounts } from '../../model/live-counts.js';
import type { Person } from '../../model/person.js';
import type { Delivery } from '../../release/delivery.js';
import { type RolledBack, rollBack } from '../../release/rollback.js';
import { type Steered, type Steering, steerRollout } from '../../release/steer.js';
import type { Prompts } from '../../runtime/prompts.js';
import { ApiError } from '../http/api-error.js';
import { refusalOf } from './refused-act.js';

/** What every act may say. */
export interface ActRequest {
  /** The environment that is meant; null for whatever is served here. */
  readonly environment: string | null;
  /** Null where only one rollout is under way. */
  readonly prompt: string | null;
  readonly reason: string | null;
}

export interface ActParts {
  readonly environment: string;
  readonly openDelivery: () => Promise<Delivery>;
  readonly prompts: Pick<Prompts, 'snapshot' | 'refresh'>;
  /** All that was counted of the rollouts under way. */
  readonly counts: () => readonly RolloutCounts[];
  /** Gives the calls of a rollout to its control at once, whatever the store says. */
  readonly withhold: (rollout: string) => void;
  /** Sees to it that a rollout is taken back as soon as the store can be written. */
  readonly takeBackLater: (rollout: string, reason: string, by: Person) => Promise<void>;
  readonly onFault: (error: unknown) => void;
}

/** Does over HTTP what `llmci rollout` and `llmci rollback` do, for who has the token of an admin. */
export class Acts {
  readonly #parts: ActParts;
  /** For what only goes back: that waits for no file that somebody has just written wrong. */
  #kept: Promise<Delivery> | null = null;

  constructor(parts: ActParts) {
    this.#parts = parts;
  }

  /** Opens what a rollback needs, so that it need not be opened then. */
  async start(): Promise<void> {
    await this.#keptDelivery().catch(() => undefined);
  }

  /** Takes calls from a candidate, or leaves all as it is. Throws ApiError. */
  async holdBack(action: 'pause' | 'abort', asked: ActRequest, by: string): Promise<LedgerLine> {
    return this.#written(asked, async () =>
      steerRollout(await this.#keptDelivery(), { action }, this.#steered(asked, by)),
    );
  }

  /** Brings a candidate on; by the files and the signers of now. Throws ApiError. */
  async bringOn(action: 'resume' | Ahead, asked: ActRequest, by: string): Promise<LedgerLine> {
    const { openDelivery, counts } = this.#parts;
    return this.#written(asked, async () => {
      const delivery = await openDelivery();
      try {
        return await steerRollout(delivery, steeringOf(action, counts()), this.#steered(asked, by));
      } finally {
        await close(delivery);
      }
    });
  }

  /** Goes back at once. `to` is a number; null for what was live before. Throws ApiError. */
  async rollBack(prompt: string, to: number | null, asked: ActRequest, by: string): Promise<RolledBack> {
    const { environment, prompts, withhold, takeBackLater, onFault } = this.#parts;
    return this.#written(asked, async () => {
      const served = prompts.snapshot().prompts.find((each) => each.prompt === prompt);
      const { rollout = null, live = null } = served ?? {};
      const isCandidate = rollout !== null && live !== null && (to === null || to === live.number);
      // Memory before the store: that may be slow, or out of reach
      if (isCandidate) withhold(rollout.name);
      // Where somebody else has just taken the candidate away, it is not the turn of what is live
      const target = isCandidate ? live.number : to;
      try {
        const rollback = { prompt, environment, to: target, by: of(by), reason: asked.reason };
        return await rollBack(await this.#keptDelivery(), rollback);
      } catch (error) {
        const isRefused = error instanceof LlmciError && error.exitCode !== EXIT.error;
        if (!isCandidate || isRefused) throw error;
        await takeBackLater(rollout.name, asked.reason ?? 'by hand', of(by));
        onFault(error);
        const why =
          'the ledger cannot be written now, and hears of it later; this gateway gives the candidate no more calls';
        throw new ApiError(503, 'not_written_yet', why);
      }
    });
  }

  /** Ends when all hooks have been told. */
  async close(): Promise<void> {
    const delivery = await this.#kept?.catch(() => null);
    if (delivery) await close(delivery);
  }

  #steered({ prompt, reason }: ActRequest, by: string): Steered {
    return { environment: this.#parts.environment, prompt, by: of(by), reason };
  }

  /** What is written is served here before anybody is told that it is. */
  async #written<Outcome>({ environment }: ActRequest, write: () => Promise<Outcome>): Promise<Outcome> {
    if (environment !== null && environment !== this.#parts.environment)
      throw new ApiError(
        409,
        'other_environment',
        `this gateway serves ${this.#parts.environment}: nothing was changed`,
        'environment',
      );
    try {
      const outcome = await write();
      await this.#parts.prompts.refresh();
      return outcome;
    } catch (error) {
      throw error instanceof LlmciError ? refusalOf(error) : error;
    }
  }

  #keptDelivery(): Promise<Delivery> {
    this.#kept ??= this.#parts.openDelivery().catch((error: unknown) => {
      // A store that cannot be reached now may be there the next time
      this.#kept = null;
      throw error;
    });
    return this.#kept;
  }
}

/** What brings a candidate on, beside resuming. */
export type Ahead = { readonly weight: number } | { readonly force: boolean };

function steeringOf(action: 'resume' | Ahead, counts: readonly RolloutCounts[]): Steering {
  if (action === 'resume') return { action };
  if ('weight' in action) return { action: 'step', weight: action.weight, counts };
  return { action: 'complete', counts, force: action.force };
}

function of(name: string): Person {
  return { name, via: 'token' };
}

async function close({ hooks, store }: Delivery): Promise<void> {
  await hooks?.settled();
  await store.close();
}
