/** Work that goes on beside the main line: it waits only when too much of it is pending, and forgets no failure. */
export class Backlog {
  readonly #limit: number;
  #pending = 0;
  /** Who waits for some work to end; never more than there is work. */
  readonly #waiting: (() => void)[] = [];
  #failure: { readonly error: unknown } | null = null;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes a piece of work; resolves when there is room for the next. Rejects with what a piece rejected with. */
  async add(work: Promise<void>): Promise<void> {
    this.#pending++;
    work
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => {
        this.#pending--;
        this.#waiting.shift()?.();
      });
    if (this.#pending >= this.#limit) await this.#nextEnd();
    this.#throwFailure();
  }

  /** Resolves when nothing is pending. Rejects with what a piece rejected with. */
  async drain(): Promise<void> {
    while (this.#pending > 0) await this.#nextEnd();
    this.#throwFailure();
  }

  #nextEnd(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure.error;
  }
}
