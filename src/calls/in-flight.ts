import { ProviderError } from '../providers/contract/provider-error.js';
import { Slots } from './slots.js';
import type { World } from './world.js';

/** By what something is ended. The signal is made when it is asked for: it costs more than all else here. */
export type Ending = Pick<AbortController, 'signal'>;

/** What is under way at a provider, or waits for it: a time limit ends one of them, `cancel` all. */
export class InFlight {
  readonly #world: Pick<World, 'later'>;
  /** What ends each of them. */
  readonly #open = new Slots<(reason: ProviderError) => void>();
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
  async run<T>(timeoutMs: number | null, make: (ending: Ending) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    let leave: (reason: ProviderError) => void = () => undefined;
    const end = (reason: ProviderError) => {
      controller.abort(reason);
      leave(controller.signal.reason);
    };
    if (this.#cancelled) controller.abort(cancellation());
    const close = this.#open.hold(end);
    const liftLimit = timeoutMs === null ? null : this.#world.later(timeoutMs, () => end(late(timeoutMs)));
    try {
      return await new Promise<T>((resolve, reject) => {
        // A provider of one's own need not look at the signal: nobody waits for it once that has aborted. Whoever looks
        // at it has this turn of the event loop to end in order
        leave = (reason) => setImmediate(() => reject(reason));
        if (this.#cancelled) leave(controller.signal.reason);
        make(controller).then(resolve, reject);
      });
    } catch (error) {
      throw controller.signal.aborted ? controller.signal.reason : error;
    } finally {
      liftLimit?.();
      close();
    }
  }

  /** Ends all, and at once whatever begins later. */
  cancel(): void {
    this.#cancelled = true;
    for (const end of this.#open.members()) end(cancellation());
  }
}

/** The error of what took longer than its limit. */
export function late(timeoutMs: number): ProviderError {
  return new ProviderError('timeout', `no answer within ${timeoutMs / 1000} s`);
}

/** The error of what was cancelled. */
export function cancellation(): ProviderError {
  return new ProviderError('cancelled', 'the run was stopped');
}
