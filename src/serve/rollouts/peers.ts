import type { World } from '../../calls/world.js';
import type { Tally } from '../../model/tally.js';
import type { UsualCalls } from '../../model/usual-calls.js';
import { GatewaySlot } from '../../store/gateway/gateway-slot.js';
import type { Exchanged, SharedGateways } from '../../store/state/shared-gateways.js';
import type { LiveScorer } from '../scoring/live-scorer.js';
import type { Counters } from './counters.js';
import type { UsualTraffic } from './usual-traffic.js';
import type { Withheld } from './withheld.js';

/** How often it is written down what traffic is usual. */
const USUAL_MS = 10_000;

export interface PeersParts {
  readonly environment: string;
  /** Where the gateways of this machine keep their counts, absolute. */
  readonly folder: string;
  readonly counters: Pick<Counters, 'own' | 'add' | 'hear'>;
  readonly scorer: Pick<LiveScorer, 'include' | 'hear' | 'spent'>;
  readonly usual: Pick<UsualTraffic, 'all'>;
  readonly withheld: Withheld;
  readonly world: Pick<World, 'date'>;
  readonly say: (message: string) => void;
}

/**
 * The gateways of an environment: each keeps what it counts in a place of its own and tells it to the others, and one of them
 * leads. Those of a machine meet in a folder, those of several in the database of the state.
 */
export class Peers {
  readonly #parts: PeersParts;
  #slot: GatewaySlot | null = null;
  #usual: readonly UsualCalls[] = [];
  #usualAt = Number.NEGATIVE_INFINITY;
  #told: string | null = null;

  constructor(parts: PeersParts) {
    this.#parts = parts;
  }

  /** Takes a place, once, and goes on with what was kept in it. Throws `bad-counts`. */
  async open(): Promise<true> {
    if (this.#slot !== null) return true;
    const { folder, counters, scorer, withheld } = this.#parts;
    const slot = await GatewaySlot.take(folder);
    const { counts, spent, usual, withheld: takenBack } = slot.earlier;
    counters.add(counts);
    if (spent) scorer.include(spent);
    this.#usual = usual ?? [];
    for (const { rollout, ...why } of takenBack) withheld.add(rollout, why);
    this.#slot = slot;
    return true;
  }

  /** Keeps what must not be forgotten. `underWay` are the rollouts of the ledger; null while it was not read. */
  async keep(underWay: ReadonlySet<string> | null): Promise<void> {
    await this.#slot?.keep(this.#tally(underWay));
  }

  /** Tells the others what was counted here, hears what they have, and returns whether this gateway leads. */
  async exchange(shared: SharedGateways | null, underWay: ReadonlySet<string>): Promise<boolean> {
    const slot = this.#slot;
    if (slot === null) return false;
    const { counters, scorer, withheld } = this.#parts;
    const { leader, others } = shared
      ? await this.#exchangeIn(shared, slot, underWay)
      : { leader: await leaderIn(slot), others: await slot.others() };
    counters.hear(others.flatMap(({ counts }) => counts));
    scorer.hear(others.flatMap(({ spent }) => spent ?? []));
    // What one has taken back is taken back everywhere, before the ledger says so
    for (const { rollout, ...why } of others.flatMap((other) => other.withheld))
      if (underWay.has(rollout)) withheld.add(rollout, why);
    this.#tell(leader);
    return leader === null;
  }

  async close(): Promise<void> {
    await this.#slot?.release();
  }

  async #exchangeIn(
    shared: SharedGateways,
    { gateway, name }: GatewaySlot,
    underWay: ReadonlySet<string>,
  ): Promise<Exchanged> {
    return shared.exchange(this.#parts.environment, { gateway, name }, this.#tally(underWay), underWay);
  }

  #tally(underWay: ReadonlySet<string> | null): Tally {
    const { counters, withheld, scorer } = this.#parts;
    return {
      counts: [...counters.own()],
      // What the ledger no longer has under way need not be kept back
      withheld: withheld.all().filter(({ rollout }) => underWay === null || underWay.has(rollout)),
      spent: scorer.spent,
      usual: [...this.#usualNow()],
    };
  }

  #usualNow(): readonly UsualCalls[] {
    const now = this.#parts.world.date().getTime();
    const passed = now - this.#usualAt;
    // A clock that was set back is no reason to wait
    if (passed >= 0 && passed < USUAL_MS) return this.#usual;
    this.#usualAt = now;
    const all = this.#parts.usual.all();
    // A gateway that has just begun knows less than the one before it
    if (all.length > 0) this.#usual = all;
    return this.#usual;
  }

  #tell(leader: string | null): void {
    if (leader === this.#told) return;
    this.#parts.say(
      leader === null
        ? 'this gateway leads the rollouts here now'
        : `${leader} leads the rollouts here: it decides by the calls of this gateway too`,
    );
    this.#told = leader;
  }
}

async function leaderIn(slot: GatewaySlot): Promise<string | null> {
  const holder = await slot.lead();
  return holder === null ? null : `process ${holder.pid} on ${holder.host}`;
}
