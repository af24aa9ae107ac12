/** Between two turns of the event loop, at most. */
const MOST_SAMPLES = 64;
const MOST_MS = 20;

/**
 * Lets the event loop turn. Where nothing waits for the outside, as with recorded answers, one promise would follow the
 * other to the end of the run: no signal would be heard and no timer fire.
 */
export class Breath {
  readonly #now: () => number;
  #samples = 0;
  /** When it was first asked since the event loop turned; null when nobody has asked. */
  #since: number | null = null;
  #turn: Promise<void> | null = null;

  /** `now` is in milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** To be awaited before a sample by all who work on them: nobody may go on while the others wait. Null when none is due. */
  take(): Promise<void> | null {
    return this.#dueAfter(++this.#samples >= MOST_SAMPLES);
  }

  /** The same, due only when what was done since the event loop turned took long. */
  takeIfLong(): Promise<void> | null {
    return this.#dueAfter(false);
  }

  #dueAfter(many: boolean): Promise<void> | null {
    if (this.#since === null) {
      this.#since = this.#now();
      setImmediate(() => {
        this.#since = null;
        this.#samples = 0;
      });
    }
    if (many || this.#now() - this.#since >= MOST_MS) {
      this.#turn ??= new Promise((resolve) =>
        setImmediate(() => {
          this.#turn = null;
          resolve();
        }),
      );
    }
    return this.#turn;
  }
}
