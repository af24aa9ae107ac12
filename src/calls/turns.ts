import type { World } from './world.js';

interface Waiting<T> {
  readonly call: T;
  /** Its number in the order of coming. */
  readonly serial: number;
  readonly start: () => void;
  readonly refuse: (error: Error) => void;
}

export interface TurnsOptions<T> {
  /** Calls of one queue start in the order in which they came. */
  readonly queueOf: (call: T) => string;
  /** Counts a call as started and returns 0, or how many milliseconds it still has to wait (Infinity: for others to end). */
  readonly admit: (call: T) => number;
}

/**
 * Lets calls start one after the other, each when it may: who has waited longest goes first. A call that may not go yet
 * holds back those behind it in its queue, and no other queue.
 */
export class Turns<T> {
  readonly #options: TurnsOptions<T>;
  readonly #world: Pick<World, 'now' | 'sleep'>;
  /** Who waits, by queue. There are no empty ones. */
  readonly #queues = new Map<string, Set<Waiting<T>>>();
  #serial = 0;
  #alarm: { readonly at: number; readonly stop: AbortController } | null = null;

  constructor(world: Pick<World, 'now' | 'sleep'>, options: TurnsOptions<T>) {
    this.#world = world;
    this.#options = options;
  }

  /** Resolves when a call has been let through; rejects with the error of `refuseAll`. */
  take(call: T): Promise<void> {
    // Most calls find nobody waiting, and need not queue
    if (this.#queues.size === 0 && this.#options.admit(call) === 0) return Promise.resolve();
    return new Promise((start, refuse) => {
      const name = this.#options.queueOf(call);
      const queue = this.#queues.get(name) ?? new Set();
      this.#queues.set(name, queue);
      queue.add({ call, serial: this.#serial++, start, refuse });
      if (queue.size === 1) this.look();
    });
  }

  /** Lets through who may go now: to be called when a call has ended or a limit has changed. */
  look(): void {
    if (this.#queues.size === 0) return;
    const held = new Set<string>();
    let wait = Number.POSITIVE_INFINITY;
    for (let next = this.#longestWaiting(held); next !== null; next = this.#longestWaiting(held)) {
      const { name, queue, first } = next;
      const ms = this.#options.admit(first.call);
      if (ms > 0) {
        held.add(name);
        wait = Math.min(wait, ms);
        continue;
      }
      queue.delete(first);
      if (queue.size === 0) this.#queues.delete(name);
      first.start();
    }
    this.#lookIn(wait);
  }

  /** Nobody who waits gets a turn any more. */
  refuseAll(error: Error): void {
    this.#alarm?.stop.abort();
    for (const queue of this.#queues.values()) for (const { refuse } of queue) refuse(error);
    this.#queues.clear();
  }

  /** Of the first in each queue that is not held up. */
  #longestWaiting(held: ReadonlySet<string>) {
    let found: { readonly name: string; readonly queue: Set<Waiting<T>>; readonly first: Waiting<T> } | null = null;
    for (const [name, queue] of this.#queues) {
      const [first] = queue;
      if (first && !held.has(name) && (found === null || first.serial < found.first.serial))
        found = { name, queue, first };
    }
    return found;
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
