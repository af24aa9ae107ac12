import type { World } from '../../calls/world.js';
import type { GateStatus, GatewayStatus, Verdict } from '../../model/gateway-status.js';
import type { Prompts } from '../../runtime/prompts.js';
import type { ReadEnvironment } from '../../store/environments.js';
import type { CallMetrics } from '../telemetry/call-metrics.js';
import { armsOf } from './arm-status.js';
import { GatePast } from './gate-past.js';
import { type LedgerStatus, ledgerStatus, NO_LEDGER } from './ledger-status.js';
import { Rates } from './rates.js';

/** A gate as it stands, without how it came to be. */
export type GateNow = Omit<GateStatus, 'past'>;

export interface BoardParts {
  readonly version: string;
  readonly prompts: Pick<Prompts, 'status'>;
  readonly calls: CallMetrics;
  readonly readLedger: () => Promise<Pick<ReadEnvironment, 'lines' | 'state'>>;
  /** The gates of a rollout under way, by its name. */
  readonly gatesOf: (rollout: string) => readonly GateNow[];
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
  #takeBack: () => void = () => undefined;
  #stopped = false;

  constructor(parts: BoardParts) {
    this.#parts = parts;
    this.#started = parts.world.date().toISOString();
  }

  /** Looks now, and every second until `stop`. */
  async start(): Promise<void> {
    await this.#look();
    if (!this.#stopped) this.#takeBack = this.#parts.world.later(LOOK_MS, () => void this.start());
  }

  /** Ends the looking, and tells the watchers for the last time. */
  stop(): void {
    this.#stopped = true;
    this.#takeBack();
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
    const { version, prompts, calls, world } = this.#parts;
    const { environment, ...source } = prompts.status();
    const { history, rollouts } = this.#ledger;
    return {
      ...{ environment, version, source, history },
      at: world.date().toISOString(),
      started: this.#started,
      prompts: this.#ledger.prompts,
      rollouts: rollouts.map((rollout) => {
        const gates = this.#gatesOf(rollout.name);
        return { ...rollout, gates, verdict: verdictOf(gates) };
      }),
      arms: armsOf(calls, (arm) => this.#rates.perSecond(arm)),
    };
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
    this.#remember(now / 1000);
    for (const told of this.#watchers) told();
  }

  #gatesOf(rollout: string): readonly GateStatus[] {
    return this.#parts
      .gatesOf(rollout)
      .map((gate) => ({ ...gate, past: this.#past.get(gateKey(rollout, gate))?.points() ?? [] }));
  }

  #remember(at: number): void {
    const seen = new Set<string>();
    for (const { name } of this.#ledger.rollouts) {
      for (const gate of this.#parts.gatesOf(name)) {
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

function gateKey(rollout: string, { prompt, metric, stat }: GateNow): string {
  return `${rollout}\n${prompt}\n${metric}\n${stat}`;
}

/** What all gates say together: those that only warn decide nothing, and where none decides there is no verdict. */
export function verdictOf(gates: readonly Pick<GateStatus, 'level' | 'verdict'>[]): Verdict | null {
  const deciding = gates.filter(({ level }) => level === 'error').map(({ verdict }) => verdict);
  if (deciding.length === 0) return null;
  if (deciding.includes('fail')) return 'fail';
  return deciding.includes('wait') ? 'wait' : 'pass';
}
