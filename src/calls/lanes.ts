import type { KnownSecrets } from '../core/text/redact.js';
import type { ProviderEntry } from '../providers/contract/entry.js';
import type { FindMedia } from '../providers/contract/media.js';
import { openKeyed } from './keyed-provider.js';
import { Lane, type LaneLimits } from './lane.js';
import { RunHealth } from './run-health.js';
import type { World } from './world.js';

/** A provider, and the one way to it. */
export interface OpenProvider {
  readonly entry: ProviderEntry;
  readonly lane: Lane;
}

export interface LanesOptions {
  /** The root folder of the user's project. */
  readonly root: string;
  /** All secrets that nothing may repeat; providers add those that come up. */
  readonly known: KnownSecrets;
  /** The time limit of one call. */
  readonly timeoutMs: number;
  /** In place of what the providers' entries say; null for that. */
  readonly concurrency: number | null;
  readonly world: World;
  /** Finds the bytes that messages name. */
  readonly media: FindMedia;
}

/** The ways to some providers, by their names. Nothing is loaded or sent before the first call. */
export class Lanes {
  readonly #open: ReadonlyMap<string, OpenProvider>;

  constructor(open: ReadonlyMap<string, OpenProvider>) {
    this.#open = open;
  }

  has(provider: string): boolean {
    return this.#open.has(provider);
  }

  of(provider: string): OpenProvider {
    const open = this.#open.get(provider);
    if (!open) throw new Error(`provider ${provider} was not loaded`);
    return open;
  }

  /** Ends every call in flight and refuses all further ones. */
  cancel(): void {
    for (const { lane } of this.#open.values()) lane.cancel();
  }

  /** Lets go of all of them, of each even when another fails. Rejects with the first failure. */
  async close(): Promise<void> {
    const closed = await Promise.allSettled([...this.#open.values()].map(({ lane }) => lane.close()));
    for (const each of closed) if (each.status === 'rejected') throw each.reason;
  }
}

/** Opens a lane to each provider. */
export function openLanes(providers: Iterable<ProviderEntry>, options: LanesOptions): Lanes {
  return new Lanes(new Map(Array.from(providers, (entry) => [entry.name, { entry, lane: openLane(entry, options) }])));
}

function openLane(entry: ProviderEntry, { root, known, timeoutMs, concurrency, world, media }: LanesOptions): Lane {
  const limits: LaneLimits = {
    ...entry.limits,
    concurrency: concurrency ?? entry.limits.concurrency,
    timeoutMs,
    free: entry.definition.free ?? false,
  };
  return new Lane({
    limits,
    health: new RunHealth(limits),
    connect: () => openKeyed(entry, { root, world, known }),
    world,
    media,
  });
}
