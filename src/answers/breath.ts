/** Between two turns of the event loop, at most. */
const MOST_SAMPLES = 64;

/**
 * Lets the event loop turn. Where nothing waits for the outside, as with recorded answers, one promise would follow the
 * other to the end of the run: no signal would be heard and no timer fire.
 */
export class Breath {
  #samples = 0;
  #turn: Promise<void> | null = null;

  /** To be awaited before a sample by all who work on them: nobody may go on while the others wait. Null when none is due. */
  take(): Promise<void> | null {
    if (++this.#samples >= MOST_SAMPLES) {
      this.#samples = 0;
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
