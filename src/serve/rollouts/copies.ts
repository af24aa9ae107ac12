import type { World } from '../../calls/world.js';
import { type Rollout, rolloutName } from '../../core/releases/state.js';
import { copiedShare } from '../../core/rollouts/copied-share.js';
import { isCopied } from '../../core/rollouts/sampled.js';
import type { Prompts, Resolved } from '../../runtime/prompts.js';
import { OneArmError } from '../../runtime/resolver.js';
import type { CallIds } from '../calls/call-ids.js';
import type { CallListener, FinishedCall } from '../calls/finished-call.js';
import type { AskedCall, ModelCalls } from '../calls/model-calls.js';
import { traceOf } from '../calls/trace.js';
import { Departure } from '../http/departure.js';
import type { Counters } from './counters.js';

/** More copies at once are not made: a candidate that answers slowly must not take the memory of those who are answered. */
const MOST_AT_ONCE = 64;

export interface CopiesParts {
  readonly prompts: Pick<Prompts, 'candidate'>;
  readonly models: Pick<ModelCalls, 'ask' | 'failBefore'>;
  readonly counters: Pick<Counters, 'copiesOf' | 'dropCopy'>;
  /** Whether an app of the user's answers for a model, provider/model. */
  readonly isApp: (model: string) => boolean;
  readonly ids: Pick<CallIds, 'next'>;
  readonly world: Pick<World, 'date' | 'later'>;
  readonly say: (message: string) => void;
  readonly onFault: (error: unknown) => void;
}

interface Copied {
  readonly share: number;
  /** What the copies of the rollout may cost, in US dollars; null for no limit. */
  readonly budget: number | null;
  /** Whether an app of the user's may be asked twice. */
  readonly apps: boolean;
}

/**
 * Sends calls that the control has answered to the candidate too, of rollouts whose candidate answers nobody yet: a shadow, and
 * blue-green before the switch. Nobody waits for a copy and nobody gets its answer, and no tool that it asks for is run.
 */
export class Copies implements CallListener {
  readonly #parts: CopiesParts;
  readonly #stopped = new Departure();
  readonly #underWay = new Set<Promise<void>>();
  /** Rollouts of which it was told why no copies are made. */
  readonly #told = new Set<string>();
  #followed: ReadonlyMap<string, Copied> = new Map();

  constructor(parts: CopiesParts) {
    this.#parts = parts;
  }

  /** Makes copies for these from now on: those that are under way. */
  follow(environment: string, rollouts: readonly Rollout[]): void {
    this.#followed = new Map(
      rollouts.flatMap((rollout) => {
        const share = copiedShare(rollout.plan);
        if (share === null || rollout.paused || rollout.weight > 0) return [];
        const { usd: budget = null, sideEffects } = rollout.plan.copies ?? {};
        return [[rolloutName(environment, rollout.line), { share, budget, apps: sideEffects === 'none' }]];
      }),
    );
  }

  onCall(call: FinishedCall): void {
    const { counters, world, onFault } = this.#parts;
    const { rollout } = call;
    // Without a word of the control there is no pair
    if (rollout === null || call.arm !== 'control' || call.clientLeft || call.error === 'cancelled') return;
    const copied = this.#followed.get(rollout);
    if (!copied || this.#stopped.gone || !isCopied(rollout, call.id, copied.share)) return;
    if (this.#isSpent(rollout, copied) || this.#underWay.size >= MOST_AT_ONCE) {
      counters.dropCopy(rollout);
      return;
    }
    const copy = new Promise<void>((done) => {
      // After whoever waits for the answer has it
      world.later(0, () => void this.#send(call, copied).catch(onFault).finally(done));
    });
    this.#underWay.add(copy);
    void copy.finally(() => this.#underWay.delete(copy));
  }

  onOutcome(): void {
    // What an app reports is of the answer that it got
  }

  /** Ends what is under way. */
  async close(): Promise<void> {
    this.#stopped.leave();
    await Promise.all(this.#underWay);
  }

  async #send(call: FinishedCall, { apps }: Copied): Promise<void> {
    const { prompts, models, counters, isApp, ids, world } = this.#parts;
    const askedOf = (resolved: Resolved): AskedCall => ({
      ...{ id: ids.next(), at: world.date().getTime(), prompt: call.prompt, resolved },
      ...{ variables: call.variables, said: call.said, copyOf: call, trace: traceOf(null) },
      // A copy is in every sample that the call is in
      unit: call.unit ?? call.id,
    });
    let resolved: Resolved | null;
    try {
      resolved = prompts.candidate(call.prompt, { vars: call.variables, messages: call.said as never });
    } catch (error) {
      if (!(error instanceof OneArmError)) throw error;
      return models.failBefore(askedOf(error.resolved));
    }
    // It is over, or another one
    if (resolved === null || resolved.rollout === null || resolved.rollout !== call.rollout) return;
    const { rollout, model, release } = resolved;
    if (model !== null && !apps && isApp(model)) {
      counters.dropCopy(rollout);
      const why = `${release} is answered by an app of your own, and no \`copies: { sideEffects: none }\` says that it only answers`;
      return this.#tellOnce(rollout, why);
    }
    // Pieces are asked for where the call came in pieces: both are measured alike
    const onText = call.firstTokenMs === null ? undefined : () => undefined;
    // How it failed is told to those who count
    await models.ask(askedOf(resolved), this.#stopped, onText && { onText }).catch(() => undefined);
  }

  #isSpent(rollout: string, { budget }: Copied): boolean {
    if (budget === null) return false;
    const { usd, unpriced = 0 } = this.#parts.counters.copiesOf(rollout);
    // What nobody knows the price of can be held to none
    if (usd < budget && unpriced === 0) return false;
    const why =
      unpriced > 0
        ? `the price of what copies of ${rollout} ask is not known, and its plan allows them $${budget}: write it under \`prices\``
        : `the copies of ${rollout} have cost the $${budget} that its plan allows`;
    this.#tellOnce(rollout, why);
    return true;
  }

  #tellOnce(rollout: string, why: string): void {
    if (this.#told.has(rollout)) return;
    this.#told.add(rollout);
    this.#parts.say(`${why}; no more are made`);
  }
}
