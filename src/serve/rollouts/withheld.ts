import type { Figures } from '../../model/ledger.js';
import type { Person } from '../../model/person.js';

/** Why a rollout is taken back, and what that rests on, or whose hand it was; journals of before have no figures. */
export interface TakenBack {
  readonly reason: string;
  readonly figures?: Figures | undefined;
  readonly by?: Person | undefined;
}

/** Rollouts whose candidates get no calls here any more, whether the ledger has heard of it or not. */
export class Withheld {
  readonly #takenBack = new Map<string, TakenBack>();
  readonly #held = new Set<string>();

  /** Looked at on every call: all calls of such a rollout go to its control. */
  has(rollout: string): boolean {
    return this.#held.has(rollout) || this.#takenBack.has(rollout);
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
