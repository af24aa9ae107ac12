/** Work that goes on beside the main line: it waits only when too much of it is pending, and forgets no failure. */
export class Backlog {
  readonly #limit: number;
  readonly #pending = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | null = null;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes a piece of work; resolves when there is room for the next. Rejects with what a piece rejected with. */
  async add(work: Promise<void>): Promise<void> {
    const pending: Promise<void> = work
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => this.#pending.delete(pending));
    this.#pending.add(pending);
    if (this.#pending.size >= this.#limit) await Promise.race(this.#pending);
    this.#throwFailure();
  }

  /** Resolves when nothing is pending. Rejects with what a piece rejected with. */
  async drain(): Promise<void> {
    await Promise.all(this.#pending);
    this.#throwFailure();
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure.error;
  }
}
