import { ProviderError } from '../providers/provider-error.js';
import type { World } from './world.js';

/** What is under way at a provider, or waits for it: a time limit ends one of them, `cancel` all. */
export class InFlight {
  readonly #world: Pick<World, 'later'>;
  readonly #open = new Set<AbortController>();
  #cancelled = false;

  constructor(world: Pick<World, 'later'>) {
    this.#world = world;
  }

  get cancelled(): boolean {
    return this.#cancelled;
  }

  /**
   * Does something that its signal can end. Rejects with ProviderError of kind `timeout` when it takes longer than
   * `timeoutMs` (null for no limit), of kind `cancelled` when `cancel` ends it, and else with its own error.
   */
  async run<T>(timeoutMs: number | null, make: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    if (this.#cancelled) controller.abort(cancellation());
    this.#open.add(controller);
    const liftLimit = timeoutMs === null ? null : this.#world.later(timeoutMs, () => controller.abort(late(timeoutMs)));
    try {
      return await unlessAborted(controller.signal, make);
    } catch (error) {
      throw controller.signal.aborted ? controller.signal.reason : error;
    } finally {
      liftLimit?.();
      this.#open.delete(controller);
    }
  }

  /** Ends all, and at once whatever begins later. */
  cancel(): void {
    this.#cancelled = true;
    for (const controller of this.#open) controller.abort(cancellation());
  }
}

/** A provider of one's own need not look at the signal: nobody waits for it once that has aborted. */
function unlessAborted<T>(signal: AbortSignal, make: (signal: AbortSignal) => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    // Whoever looks at it has this turn of the event loop to end in order
    const leave = () => setImmediate(() => reject(signal.reason));
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
    make(signal).then(resolve, reject);
  });
}

/** The error of what took longer than its limit. */
export function late(timeoutMs: number): ProviderError {
  return new ProviderError('timeout', `no answer within ${timeoutMs / 1000} s`);
}

/** The error of what was cancelled. */
export function cancellation(): ProviderError {
  return new ProviderError('cancelled', 'the run was stopped');
}
