/**
 * What comes and goes by the thousand, in no order. A Set that lives long would keep what has left it until the next full
 * collection of garbage: the tables it has grown out of, each of which holds the next, and all that hangs on their members.
 */
export class Slots<T> {
  readonly #slots: (T | null)[] = [];
  readonly #free: number[] = [];

  /** Takes something in. Returns what lets it go, once. */
  hold(member: T): () => void {
    const slot = this.#free.pop() ?? this.#slots.length;
    this.#slots[slot] = member;
    return () => {
      this.#slots[slot] = null;
      this.#free.push(slot);
    };
  }

  /** What is held now. */
  members(): readonly T[] {
    return this.#slots.filter((member) => member !== null);
  }
}
