import type { World } from '../calls/world.js';
import type { CheckSignature } from '../core/releases/allowed-signers.js';
import { describeLine } from '../core/releases/describe-line.js';
import { type EnvironmentState, type Rollout, rolloutName } from '../core/releases/state.js';
import { figuresOf } from '../core/rollouts/figures.js';
import { lineOf, type Move, next } from '../core/rollouts/next.js';
import type { Figures } from '../model/ledger.js';
import type { Person } from '../model/person.js';
import { type Delivery, record } from '../release/delivery.js';
import { makeFolder } from '../store/atomic.js';
import { keepCounts, readCounts } from '../store/counts-journal.js';
import { readState, requireProved } from '../store/environments.js';
import { lockRun, type RunLock } from '../store/run-lock.js';
import { keepUsualCalls } from '../store/usual-calls.js';
import type { Copies } from './copies.js';
import type { Counters } from './counters.js';
import type { LiveScorer } from './scoring/live-scorer.js';
import type { UsualTraffic } from './usual-traffic.js';

const LOOK_MS = 1000;
/** How often it is written down what traffic is usual. */
const USUAL_MS = 10_000;
/** As the ledger names whoever decides by evidence. */
const BY: Person = { name: 'llmci serve', via: 'gateway' };

export interface ControllerParts {
  readonly environment: string;
  /** Where counts are kept, absolute. */
  readonly folder: string;
  readonly openDelivery: () => Promise<Delivery>;
  /** How lines are checked now; null where names are believed. */
  readonly readCheck: () => Promise<CheckSignature | null>;
  readonly counters: Counters;
  readonly scorer: Pick<LiveScorer, 'follow' | 'include' | 'spent'>;
  readonly copies: Pick<Copies, 'follow'>;
  readonly usual: Pick<UsualTraffic, 'all'>;
  /** Gives the calls of a rollout to its control at once, whatever the store says. */
  readonly withhold: (rollout: string) => void;
  readonly world: Pick<World, 'date' | 'later'>;
  readonly say: (message: string) => void;
  readonly onFault: (error: unknown) => void;
}

/** Why a rollout is taken back, and what that rests on, or whose hand it was; journals of before have no figures. */
interface Withheld {
  readonly reason: string;
  readonly figures?: Figures | undefined;
  readonly by?: Person | undefined;
}

/** Looks at the rollouts of an environment every second, and does what their gates say. */
export class Controller {
  readonly #parts: ControllerParts;
  #lock: RunLock | null = null;
  #delivery: Delivery | null = null;
  #state: EnvironmentState | null = null;
  readonly #withheld = new Map<string, Withheld>();
  #kept = '';
  #usualKept = 0;
  #told = '';
  #takeBack: () => void = () => undefined;
  #stopped = false;
  #turn: Promise<void> = Promise.resolve();

  constructor(parts: ControllerParts) {
    this.#parts = parts;
  }

  /** Looks now, and every second until `stop`. */
  async start(): Promise<void> {
    this.#turn = this.#look();
    await this.#turn;
    if (!this.#stopped) this.#takeBack = this.#parts.world.later(LOOK_MS, () => void this.start());
  }

  /** Takes a rollout back, by hand: what cannot be written now is written at a later look, also of the next gateway. */
  async takeBack(rollout: string, reason: string, by: Person): Promise<void> {
    if (this.#withheld.has(rollout)) return;
    this.#withheld.set(rollout, { reason, by });
    this.#parts.withhold(rollout);
    await this.#keep().catch(this.#parts.onFault);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#takeBack();
    await this.#turn;
    await this.#keep().catch(this.#parts.onFault);
    await this.#keepUsual(true).catch(this.#parts.onFault);
    await this.#lock?.release();
    await this.#delivery?.hooks?.settled();
    await this.#delivery?.store.close();
  }

  async #look(): Promise<void> {
    const { environment, counters, world, onFault } = this.#parts;
    await this.#read().catch(onFault);
    const state = this.#state;
    if (state === null) return;
    counters.follow(environment, state.rollouts);
    try {
      const leads = await this.#leads();
      // Scores and copies of a gateway that does not decide would cost, and count for nothing
      const decided = leads ? state.rollouts : [];
      this.#parts.scorer.follow(decided);
      this.#parts.copies.follow(environment, decided);
      if (!leads) return;
      // What is decided rests on what is kept
      await this.#keep();
      await this.#keepUsual();
    } catch (error) {
      onFault(error);
    }
    if (this.#lock === null) return;
    for (const rollout of state.rollouts) {
      const name = rolloutName(environment, rollout.line);
      const now = world.date().getTime();
      const counts = counters.of(name);
      const found = next(rollout, counts, now);
      const withheld = this.#withheld.get(name);
      const [move] = withheld ? [{ action: 'rollback', reason: withheld.reason } as const] : found.actions;
      // Calls go on while this is written: a line holds the counts that were looked at, not those of later
      const figures = withheld?.figures ?? figuresOf(found, counts, now);
      const how = withheld?.by ? { by: withheld.by, figures: undefined } : { by: BY, figures };
      if (move) await this.#act(rollout, name, move, how).catch(onFault);
    }
  }

  async #act(
    rollout: Rollout,
    name: string,
    move: Move,
    { by, figures }: { readonly by: Person; readonly figures: Figures | undefined },
  ): Promise<void> {
    const { environment, withhold } = this.#parts;
    if (move.action === 'rollback' && !this.#withheld.has(name)) {
      this.#withheld.set(name, { reason: move.reason, figures });
      // Memory and journal before the store: that may be out of reach
      withhold(name);
      await this.#keep().catch(this.#parts.onFault);
    }
    if (this.#delivery === null) return;
    const written = await record(
      this.#delivery,
      environment,
      by,
      async ({ state }) => {
        // Whoever was first decides: what was looked at has to be so still
        const still = state.rollouts.find(({ line }) => line === rollout.line);
        const isSame =
          still && (move.action === 'rollback' || (still.weight === rollout.weight && still.paused === rollout.paused));
        return isSame ? lineOf(still, move, state.live, figures) : null;
      },
      move.action === 'rollback',
    );
    if (written) this.#parts.say(`${describeLine(written.line)}${'reason' in move ? `: ${move.reason}` : ''}`);
  }

  async #read(): Promise<void> {
    const { environment, openDelivery, readCheck } = this.#parts;
    this.#delivery ??= await openDelivery();
    const { store } = this.#delivery;
    const read = await readState(store, environment, null);
    requireProved(store, environment, read, await readCheck());
    this.#state = read.state;
  }

  async #leads(): Promise<boolean> {
    if (this.#lock !== null) return true;
    const { folder, counters, withhold, say } = this.#parts;
    await makeFolder(folder);
    const taken = await lockRun(folder);
    if (!('release' in taken)) {
      const told = `process ${taken.pid} on ${taken.host} leads the rollouts here: the calls of this gateway are not counted`;
      if (told !== this.#told) say(told);
      this.#told = told;
      return false;
    }
    try {
      const { counts, withheld, spent } = await readCounts(folder);
      counters.add(counts);
      if (spent) this.#parts.scorer.include(spent);
      for (const { rollout, ...why } of withheld) {
        this.#withheld.set(rollout, why);
        withhold(rollout);
      }
    } catch (error) {
      await taken.release();
      throw error;
    }
    this.#lock = taken;
    return true;
  }

  /** Writes the counts down when there are new ones. */
  async #keep(): Promise<void> {
    if (this.#lock === null) return;
    const { environment } = this.#parts;
    const underWay = new Set(this.#state?.rollouts.map(({ line }) => rolloutName(environment, line)));
    const journal = {
      counts: [...this.#parts.counters.all()],
      // What the ledger no longer has under way need not be kept back
      withheld: [...this.#withheld]
        .filter(([name]) => underWay.has(name))
        .map(([rollout, why]) => ({ rollout, ...why })),
      spent: this.#parts.scorer.spent,
    };
    const text = JSON.stringify(journal);
    if (text === this.#kept) return;
    await keepCounts(this.#parts.folder, journal);
    this.#kept = text;
  }

  async #keepUsual(now = false): Promise<void> {
    if (this.#lock === null) return;
    const { folder, usual, world } = this.#parts;
    const passed = world.date().getTime() - this.#usualKept;
    // A clock that was set back is no reason to wait
    if (!now && passed >= 0 && passed < USUAL_MS) return;
    this.#usualKept = world.date().getTime();
    const all = usual.all();
    // A gateway that has just begun knows less than the one before it
    if (all.length > 0) await keepUsualCalls(folder, all);
  }
}
