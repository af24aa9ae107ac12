/** What has been opened, to be closed in the other order: whatever rests on something is closed before that. */
export class Closers {
  readonly #all: (() => unknown)[] = [];

  add(close: () => unknown): void {
    this.#all.push(close);
  }

  /** Closes all, whatever becomes of the others; then throws the first error that came up. */
  async closeAll(): Promise<void> {
    const failures: unknown[] = [];
    for (let close = this.#all.pop(); close; close = this.#all.pop()) {
      try {
        await close();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
