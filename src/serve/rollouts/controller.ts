import type { World } from '../../calls/world.js';
import type { CheckSignature } from '../../core/releases/allowed-signers.js';
import { describeLine } from '../../core/releases/describe-line.js';
import { type EnvironmentState, type Rollout, rolloutName } from '../../core/releases/state.js';
import { figuresOf } from '../../core/rollouts/figures.js';
import { lineOf, type Move, next } from '../../core/rollouts/next.js';
import { LlmciError } from '../../core/text/errors.js';
import type { Figures } from '../../model/ledger.js';
import type { Person } from '../../model/person.js';
import { type Delivery, recordIfDecided } from '../../release/delivery.js';
import { checkpointsInMemory } from '../../store/state/checkpoints.js';
import { readState, requireProved } from '../../store/state/environments.js';
import type { LiveScorer } from '../scoring/live-scorer.js';
import type { Copies } from './copies.js';
import type { Counters } from './counters.js';
import type { Peers } from './peers.js';
import { Troubles } from './troubles.js';
import type { Withheld } from './withheld.js';

/** How often it looks at what was counted; the ledger is read anew every `READ_EVERY`th time, or when it has changed. */
const LOOK_MS = 200;
const READ_EVERY = 4;
/** How long a look waits for the store and the other gateways: longer ones end beside it. */
const PATIENCE_MS = 1000;
/** As the ledger names whoever decides by evidence. */
const BY: Person = { name: 'llmci serve', via: 'gateway' };

export interface ControllerParts {
  readonly environment: string;
  readonly openDelivery: () => Promise<Delivery>;
  /** How lines are checked now; null where names are believed. */
  readonly readCheck: () => Promise<CheckSignature | null>;
  /** Which line of the ledger is served: another than before is read at once. */
  readonly served: () => string;
  /** Has what is served go by the ledger as it is now. */
  readonly follow: () => void;
  readonly counters: Pick<Counters, 'follow' | 'of'>;
  readonly scorer: Pick<LiveScorer, 'follow'>;
  readonly copies: Pick<Copies, 'follow'>;
  readonly peers: Peers;
  readonly withheld: Withheld;
  readonly world: Pick<World, 'date' | 'later'>;
  readonly say: (message: string) => void;
  readonly onFault: (error: unknown) => void;
}

/** Looks at the rollouts of an environment again and again, and does what their gates say. */
export class Controller {
  readonly #parts: ControllerParts;
  readonly #troubles: Troubles;
  #delivery: Delivery | null = null;
  #state: EnvironmentState | null = null;
  /** It looks every second: a long ledger is folded once. */
  readonly #known = checkpointsInMemory();
  #served = '';
  #looks = 0;
  /** The exchange with store and gateways that is under way. */
  #meeting: Promise<void> | null = null;
  /** Null when the others cannot be asked: then nothing is decided here but to go back. */
  #leads: boolean | null = null;
  #cancelLook: () => void = () => undefined;
  #stopped = false;
  #turn: Promise<void> = Promise.resolve();

  constructor(parts: ControllerParts) {
    this.#parts = parts;
    this.#troubles = new Troubles(parts.onFault);
  }

  /** Looks now, and again and again until `stop`. */
  async start(): Promise<void> {
    this.#looks = 0;
    await this.#lookInTurn();
  }

  /** Takes a rollout back, by hand: what cannot be written now is written at a later look, also of the next gateway. */
  async takeBack(rollout: string, reason: string, by: Person): Promise<void> {
    const { withheld, peers } = this.#parts;
    withheld.add(rollout, { reason, by });
    await this.#troubles.tried('journal', () => peers.keep(this.#underWay()));
  }

  async stop(): Promise<void> {
    const { peers } = this.#parts;
    this.#stopped = true;
    this.#cancelLook();
    await this.#turn;
    await this.#meeting;
    await this.#troubles.tried('journal', () => peers.keep(this.#underWay()));
    // The others hear the last of it
    if (this.#leads !== null) await this.#troubles.tried('gateways', () => this.#exchange());
    await peers.close();
    await this.#delivery?.hooks?.settled();
    await this.#delivery?.store.close();
  }

  async #lookInTurn(): Promise<void> {
    this.#cancelLook();
    this.#turn = this.#look();
    await this.#turn;
    this.#looks += 1;
    if (!this.#stopped) this.#cancelLook = this.#parts.world.later(LOOK_MS, () => void this.#lookInTurn());
  }

  async #look(): Promise<void> {
    const isDue = this.#looks % READ_EVERY === 0 || this.#parts.served() !== this.#served;
    if (isDue || this.#delivery?.store.gateways) await this.#meet(isDue);
    await this.#decide();
  }

  /** Hears what is new. What takes too long goes on beside the looks, and until it has ended this gateway is alone. */
  async #meet(isDue: boolean): Promise<void> {
    if (this.#meeting === null) {
      const meeting = this.#hear(isDue).finally(() => {
        if (this.#meeting === meeting) this.#meeting = null;
      });
      this.#meeting = meeting;
    }
    let cancel: () => void = () => undefined;
    const tired = new Promise<'late'>((late) => {
      cancel = this.#parts.world.later(PATIENCE_MS, () => late('late'));
    });
    if ((await Promise.race([this.#meeting, tired])) === 'late') this.#leads = null;
    cancel();
  }

  async #hear(isDue: boolean): Promise<void> {
    const { environment, counters, peers, scorer, copies, withheld, served } = this.#parts;
    // A gateway that cannot read what it has counted before decides nothing
    if (!(await this.#troubles.tried('counts', () => peers.open()))) return;
    if (isDue) {
      this.#served = served();
      await this.#troubles.tried('store', () => this.#read());
    }
    const state = this.#state;
    if (state !== null) {
      counters.follow(environment, state.rollouts);
      scorer.follow(state.rollouts);
      copies.follow(environment, state.rollouts);
      withheld.follow(environment, state.rollouts);
    }
    // What is decided rests on what is kept; but calls are counted by then, however slow the disk is
    if (isDue) await this.#troubles.tried('journal', () => peers.keep(this.#underWay()));
    if (state === null) return;
    this.#leads = await this.#troubles.tried('gateways', () => this.#exchange());
  }

  async #decide(): Promise<void> {
    const { environment, counters, withheld, world } = this.#parts;
    for (const rollout of this.#state?.rollouts ?? []) {
      const name = rolloutName(environment, rollout.line);
      const takenBack = withheld.get(name);
      const now = world.date().getTime();
      const counts = counters.of(name);
      const found = next(rollout, counts, now);
      const [move] = takenBack ? [{ action: 'rollback', reason: takenBack.reason } as const] : found.actions;
      if (!move || !this.#mayDo(move)) continue;
      // Calls go on while this is written: a line holds the counts that were looked at, not those of later
      const figures = takenBack?.figures ?? figuresOf(found, counts, now);
      const how = takenBack?.by ? { by: takenBack.by, figures: undefined } : { by: BY, figures };
      await this.#troubles.tried(name, () => this.#act(rollout, name, move, how));
    }
  }

  /** Who leads decides. Who is alone may only go back. */
  #mayDo({ action }: Move): boolean {
    return this.#leads ?? action === 'rollback';
  }

  async #act(
    rollout: Rollout,
    name: string,
    move: Move,
    { by, figures }: { readonly by: Person; readonly figures: Figures | undefined },
  ): Promise<void> {
    const { environment, withheld, peers } = this.#parts;
    if (move.action === 'rollback' && !withheld.get(name)) {
      // Memory and journal before the store: that may be out of reach
      withheld.add(name, { reason: move.reason, figures });
      await this.#troubles.tried('journal', () => peers.keep(this.#underWay()));
    }
    // A store that is out of reach hears of it later
    if (this.#delivery === null || this.#leads === null) return;
    const written = await recordIfDecided(
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
    const read = await readState(store, environment, this.#known);
    // A ledger only grows: one that is gone, or shorter, does not say that no rollout is under way
    if (read.state.head.n < Math.max(1, this.#state?.head.n ?? 0))
      throw new LlmciError('no-ledger', { environment, store: store.name });
    requireProved(store, environment, read, await readCheck());
    const before = this.#state?.head.hash;
    this.#state = read.state;
    const { hash } = read.state.head;
    // Of a branch of git nothing is heard but by looking, and this look may be the first to see a push
    if (hash !== before && hash !== this.#parts.served()) this.#parts.follow();
  }

  #exchange(): Promise<boolean> {
    return this.#parts.peers.exchange(this.#delivery?.store.gateways ?? null, this.#underWay() ?? new Set());
  }

  #underWay(): ReadonlySet<string> | null {
    if (this.#state === null) return null;
    return new Set(this.#state.rollouts.map(({ line }) => rolloutName(this.#parts.environment, line)));
  }
}
