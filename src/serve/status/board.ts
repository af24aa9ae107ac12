import type { World } from '../../calls/world.js';
import type { Rollout } from '../../core/releases/state.js';
import type { GateStatus, GatewayStatus, LiveVerdict, ScoresStatus } from '../../model/gateway-status.js';
import type { CopyCounts } from '../../model/live-counts.js';
import type { Prompts } from '../../runtime/prompts.js';
import type { ReadEnvironment } from '../../store/state/environments.js';
import type { CallMetrics } from '../telemetry/call-metrics.js';
import { armsOf } from './arm-status.js';
import { GatePast } from './gate-past.js';
import { type LedgerStatus, ledgerStatus, NO_LEDGER } from './ledger-status.js';
import { Rates } from './rates.js';

/** A gate as it stands, without how it came to be. */
export type GateNow = Omit<GateStatus, 'past'>;

/** What has come of a rollout by now. */
export interface RolloutStanding {
  readonly gates: readonly GateNow[];
  /** In words; null while something is about to be done. */
  readonly waits: string | null;
}

export interface BoardParts {
  readonly version: string;
  readonly prompts: Pick<Prompts, 'status'>;
  readonly calls: CallMetrics;
  readonly readLedger: () => Promise<Pick<ReadEnvironment, 'lines' | 'state'>>;
  /** How a rollout under way stands now. */
  readonly standingOf: (rollout: Rollout) => RolloutStanding;
  /** What became of the copies of a rollout, by its name; null where none are made. */
  readonly copiesOf: (rollout: string) => CopyCounts | null;
  /** What was scored of the calls of a rollout, by its name. */
  readonly scoresOf: (rollout: string) => ScoresStatus;
  /** Whether there are endpoints for pauses and rollbacks. */
  readonly acts: () => boolean;
  readonly world: Pick<World, 'date' | 'later'>;
  readonly onFault: (error: unknown) => void;
}

const LOOK_MS = 1000;

/** What operators see: looks at everything once a second, and tells whoever watches. */
export class StatusBoard {
  readonly #parts: BoardParts;
  readonly #started: string;
  readonly #rates = new Rates();
  readonly #past = new Map<string, GatePast>();
  readonly #watchers = new Set<() => void>();
  #ledger: LedgerStatus = NO_LEDGER;
  #ledgerLine = 0;
  /** As of the last look, by the name of the rollout. */
  #standing: ReadonlyMap<string, RolloutStanding> = new Map();
  #cancelLook: () => void = () => undefined;
  #stopped = false;

  constructor(parts: BoardParts) {
    this.#parts = parts;
    this.#started = parts.world.date().toISOString();
  }

  /** Looks now, and every second until `stop`. */
  async start(): Promise<void> {
    await this.#look();
    if (!this.#stopped) this.#cancelLook = this.#parts.world.later(LOOK_MS, () => void this.start());
  }

  /** Ends the looking, and tells the watchers for the last time. */
  stop(): void {
    this.#stopped = true;
    this.#cancelLook();
    for (const told of this.#watchers) told();
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** Calls back after every look. Returns how to stop that. */
  watch(told: () => void): () => void {
    this.#watchers.add(told);
    return () => void this.#watchers.delete(told);
  }

  get watchers(): number {
    return this.#watchers.size;
  }

  status(): GatewayStatus {
    const { version, prompts, calls, acts, copiesOf, scoresOf, world } = this.#parts;
    const { environment, ...source } = prompts.status();
    const { history, rollouts } = this.#ledger;
    return {
      ...{ environment, version, source, history },
      at: world.date().toISOString(),
      started: this.#started,
      acts: acts(),
      prompts: this.#ledger.prompts,
      rollouts: rollouts.map(({ told }) => {
        const gates = this.#gatesOf(told.name);
        return {
          ...told,
          ...{ gates, waits: this.#standing.get(told.name)?.waits ?? null, verdict: rolloutVerdict(gates) },
          ...{ copies: copiesOf(told.name), scores: scoresOf(told.name) },
        };
      }),
      arms: armsOf(calls, (arm) => this.#rates.perSecond(arm)),
    };
  }

  /** The status with whatever the ledger has got since the last look: who has just done something sees it done. */
  async statusNow(): Promise<GatewayStatus> {
    if (this.#parts.prompts.status().line !== this.#ledgerLine) await this.#look();
    return this.status();
  }

  async #look(): Promise<void> {
    const { prompts, readLedger, calls, world, onFault } = this.#parts;
    const { environment, line } = prompts.status();
    const now = world.date().getTime();
    if (line !== this.#ledgerLine) {
      try {
        this.#ledger = ledgerStatus(environment, await readLedger());
        this.#ledgerLine = line;
      } catch (error) {
        // Looked at again in a second; what is shown is as old as its line says
        onFault(error);
      }
    }
    this.#rates.look(calls, now);
    this.#judge(now / 1000);
    for (const told of this.#watchers) told();
  }

  #gatesOf(rollout: string): readonly GateStatus[] {
    const { gates = [] } = this.#standing.get(rollout) ?? {};
    return gates.map((gate) => ({ ...gate, past: this.#past.get(gateKey(rollout, gate))?.points() ?? [] }));
  }

  /** Judges every rollout once a look, however many watch. */
  #judge(at: number): void {
    const { rollouts } = this.#ledger;
    this.#standing = new Map(rollouts.map(({ underWay, told }) => [told.name, this.#parts.standingOf(underWay)]));
    const seen = new Set<string>();
    for (const [name, { gates }] of this.#standing) {
      for (const gate of gates) {
        const key = gateKey(name, gate);
        seen.add(key);
        const past = this.#past.get(key) ?? new GatePast();
        this.#past.set(key, past);
        past.add([Math.round(at), gate.low, gate.high]);
      }
    }
    for (const key of this.#past.keys()) if (!seen.has(key)) this.#past.delete(key);
  }
}

/** Two gates may bound one statistic, its change and its value. */
function gateKey(rollout: string, { prompt, metric, stat, margin, harm }: GateNow): string {
  return [rollout, prompt, metric, stat, harm, margin].join('\n');
}

/** What all gates say together: those that only warn decide nothing, and where none decides there is no verdict. */
export function rolloutVerdict(gates: readonly Pick<GateStatus, 'level' | 'verdict'>[]): LiveVerdict | null {
  const deciding = gates.filter(({ level }) => level === 'error').map(({ verdict }) => verdict);
  if (deciding.length === 0) return null;
  if (deciding.includes('fail')) return 'fail';
  return deciding.includes('wait') ? 'wait' : 'pass';
}
