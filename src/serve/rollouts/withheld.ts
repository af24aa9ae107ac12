import { type Rollout, rolloutName } from '../../core/releases/state.js';
import type { Figures } from '../../model/ledger.js';
import type { Person } from '../../model/person.js';

/** Why a rollout is taken back, and what that rests on, or whose hand it was; journals of before have no figures. */
export interface TakenBack {
  readonly reason: string;
  readonly figures?: Figures | undefined;
  readonly by?: Person | undefined;
}

/**
 * Rollouts whose candidates get no calls here: those that are taken back, whether the ledger has heard of it or not, and those
 * whose gates nobody looks at.
 */
export class Withheld {
  #followed: ReadonlySet<string> = new Set();
  readonly #takenBack = new Map<string, TakenBack>();
  readonly #held = new Set<string>();

  /** Looked at on every call: all calls of such a rollout go to its control. */
  has(rollout: string): boolean {
    return this.#held.has(rollout) || this.#takenBack.has(rollout) || !this.#followed.has(rollout);
  }

  /**
   * Takes the rollouts whose gates are looked at from now on. What is served may be newer than these, or older than this
   * process: the store can be gone in between.
   */
  follow(environment: string, rollouts: readonly Pick<Rollout, 'line'>[]): void {
    this.#followed = new Set(rollouts.map(({ line }) => rolloutName(environment, line)));
  }

  /** Gives the calls of a rollout to its control at once, while somebody writes its rollback. */
  hold(rollout: string): void {
    this.#held.add(rollout);
  }

  get(rollout: string): TakenBack | undefined {
    return this.#takenBack.get(rollout);
  }

  /** Takes a rollout back, whoever writes that. The first reason stays. */
  add(rollout: string, why: TakenBack): void {
    if (!this.#takenBack.has(rollout)) this.#takenBack.set(rollout, why);
  }

  all(): readonly (TakenBack & { readonly rollout: string })[] {
    return [...this.#takenBack].map(([rollout, why]) => ({ rollout, ...why }));
  }
}
