/** Calls back once a time is over that can be made to stand still. */
export class Stopwatch {
  readonly #onOver: () => void;
  #leftMs: number | null;
  #since = 0;
  #pauses = 0;
  #timer: NodeJS.Timeout | null = null;

  /** `null` is no limit. */
  constructor(limitMs: number | null, onOver: () => void) {
    this.#leftMs = limitMs;
    this.#onOver = onOver;
    this.#run();
  }

  /** Each pause is to be followed by a `resume`. */
  pause(): void {
    this.#pauses++;
    if (this.#timer === null || this.#leftMs === null) return;
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#leftMs -= performance.now() - this.#since;
  }

  resume(): void {
    this.#pauses--;
    if (this.#pauses === 0) this.#run();
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#leftMs = null;
  }

  #run(): void {
    if (this.#leftMs === null) return;
    this.#since = performance.now();
    this.#timer = setTimeout(this.#onOver, Math.max(0, this.#leftMs));
  }
}
