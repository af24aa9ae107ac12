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
  readonly #rollouts = new Map<string, TakenBack>();
  readonly #withhold: (rollout: string) => void;

  /** `withhold` gives the calls of a rollout to its control at once. */
  constructor(withhold: (rollout: string) => void) {
    this.#withhold = withhold;
  }

  get(rollout: string): TakenBack | undefined {
    return this.#rollouts.get(rollout);
  }

  /** The first reason stays. */
  add(rollout: string, why: TakenBack): void {
    if (this.#rollouts.has(rollout)) return;
    this.#rollouts.set(rollout, why);
    this.#withhold(rollout);
  }

  all(): readonly (TakenBack & { readonly rollout: string })[] {
    return [...this.#rollouts].map(([rollout, why]) => ({ rollout, ...why }));
  }
}
