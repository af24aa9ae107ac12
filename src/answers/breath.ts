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
  #turned: number;
  #turn: Promise<void> | null = null;

  /** `now` is in milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
    this.#turned = now();
  }

  /** To be awaited before a sample by all who work on them: nobody may go on while the others wait. Null when none is due. */
  take(): Promise<void> | null {
    if (++this.#samples >= MOST_SAMPLES || this.#now() - this.#turned >= MOST_MS) {
      this.#samples = 0;
      this.#turn ??= new Promise((resolve) =>
        setImmediate(() => {
          this.#turn = null;
          this.#turned = this.#now();
          resolve();
        }),
      );
    }
    return this.#turn;
  }
}
