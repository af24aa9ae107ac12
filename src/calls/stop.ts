import { setMaxListeners } from 'node:events';
import { Slots } from './slots.js';

/** Why a run ends before its plan does; `replaced` when another takes its place. */
export type StopReason = 'interrupted' | 'replaced' | 'fail-fast' | 'max-time';

/** The signals that end a run in order. */
export type StopSignal = 'SIGINT' | 'SIGTERM';

/** Lets a run be ended in order: first nothing new starts, then what is in flight is cancelled. */
export class Stop {
  #reason: StopReason | null = null;
  #signal: StopSignal | null = null;
  #cancelled = false;
  #isOver: (() => boolean) | null = null;
  readonly #onRequest: (() => void)[] = [];
  readonly #onCancel: (() => void)[] = [];
  readonly #leaving = new Slots<() => void>();

  /** Why nothing new starts any more; null while all is well. */
  get reason(): StopReason | null {
    if (this.#reason === null && this.#isOver?.()) this.expire();
    return this.#reason;
  }

  /** The signal that interrupted the run, if one did. */
  get signal(): StopSignal | null {
    return this.#signal;
  }

  get cancelled(): boolean {
    return this.reason !== null && this.#cancelled;
  }

  /** Nothing new starts from now on. What asked first is the reason. */
  request(reason: StopReason, signal: StopSignal | null = null): void {
    if (this.#reason !== null) return;
    this.#reason = reason;
    this.#signal = signal;
    for (const listener of this.#onRequest.splice(0)) listener();
  }

  /**
   * Sets what tells that the run's time is over; null takes it back. It is asked whenever the reason is: no timer fires
   * while something computes.
   */
  setDeadline(isOver: (() => boolean) | null): void {
    this.#isOver = isOver;
  }

  /** The run's time is over: calls in flight end now. */
  expire(): void {
    this.request('max-time');
    this.cancel();
  }

  onRequest(listener: () => void): void {
    if (this.#reason !== null) listener();
    else this.#onRequest.push(listener);
  }

  /** Calls in flight end now. */
  cancel(): void {
    this.request('interrupted');
    this.#cancelled = true;
    for (const listener of this.#onCancel.splice(0)) listener();
    for (const leave of this.#leaving.members()) leave();
  }

  /**
   * What a promise comes to; null when calls in flight are ended before: it need not settle ever. It has until the next turn
   * of the event loop then, since what only computes has an answer by that time.
   */
  unlessCancelled<T>(given: Promise<T>): Promise<T | null> {
    return new Promise((resolve, reject) => {
      const leave = () => setImmediate(() => resolve(null));
      if (this.#cancelled) leave();
      const stay = this.#leaving.hold(leave);
      given.then(resolve, reject).finally(stay);
    });
  }

  onCancel(listener: () => void): void {
    if (this.#cancelled) listener();
    else this.#onCancel.push(listener);
  }

  /** A signal that is aborted when calls in flight end. As many may listen to it as are in flight, without a warning of Node. */
  cancellation(): AbortSignal {
    const controller = new AbortController();
    setMaxListeners(0, controller.signal);
    this.onCancel(() => controller.abort(new Error('the run was stopped')));
    return controller.signal;
  }
}
