import type { World } from './world.js';

interface Waiting<T> {
  readonly call: T;
  readonly start: () => void;
  readonly refuse: (error: Error) => void;
}

/** Lets calls start one after the other, in the order in which they came, each when it may. */
export class Turns<T> {
  readonly #admit: (call: T) => number;
  readonly #world: Pick<World, 'now' | 'sleep'>;
  readonly #waiting = new Set<Waiting<T>>();
  #alarm: { readonly at: number; readonly stop: AbortController } | null = null;

  /** `admit` counts a call as started and returns 0, or how many milliseconds it still has to wait (Infinity: for others to end). */
  constructor(world: Pick<World, 'now' | 'sleep'>, admit: (call: T) => number) {
    this.#world = world;
    this.#admit = admit;
  }

  /** Resolves when a call has been let through; rejects with the error of `refuseAll`. */
  take(call: T): Promise<void> {
    return new Promise((start, refuse) => {
      this.#waiting.add({ call, start, refuse });
      if (this.#waiting.size === 1) this.look();
    });
  }

  /** Lets through who may go now: to be called when a call has ended or a limit has changed. */
  look(): void {
    for (const waiting of this.#waiting) {
      const ms = this.#admit(waiting.call);
      if (ms > 0) {
        this.#lookIn(ms);
        return;
      }
      this.#waiting.delete(waiting);
      waiting.start();
    }
  }

  /** Nobody who waits gets a turn any more. */
  refuseAll(error: Error): void {
    this.#alarm?.stop.abort();
    for (const { refuse } of this.#waiting) refuse(error);
    this.#waiting.clear();
  }

  #lookIn(ms: number): void {
    if (ms === Number.POSITIVE_INFINITY) return;
    const at = this.#world.now() + ms;
    // An alarm that comes too early looks again
    if (this.#alarm && this.#alarm.at <= at) return;
    this.#alarm?.stop.abort();
    const alarm = { at, stop: new AbortController() };
    this.#alarm = alarm;
    this.#world.sleep(Math.ceil(ms), alarm.stop.signal).then(() => {
      if (this.#alarm !== alarm) return;
      this.#alarm = null;
      this.look();
    });
  }
}
