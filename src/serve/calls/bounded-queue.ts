/** What a queue takes and does. */
export interface QueueOptions<Item> {
  /** The most that wait. */
  readonly most: number;
  /** The most that those that wait may take together, by `sizeOf`. */
  readonly mostSize: number;
  readonly sizeOf: (item: Item) => number;
  readonly atOnce: number;
  /** Never rejects. */
  readonly work: (item: Item) => Promise<void>;
}

/** Work beside the traffic: what does not fit is refused, and nobody waits. */
export class BoundedQueue<Item> {
  readonly #options: QueueOptions<Item>;
  readonly #waiting: { readonly item: Item; readonly size: number }[] = [];
  readonly #working = new Set<Promise<void>>();
  #size = 0;

  constructor(options: QueueOptions<Item>) {
    this.#options = options;
  }

  get length(): number {
    return this.#waiting.length;
  }

  /** Whether there was room. */
  add(item: Item): boolean {
    const { most, mostSize, sizeOf } = this.#options;
    const size = sizeOf(item);
    if (this.#waiting.length >= most || this.#size + size > mostSize) return false;
    this.#waiting.push({ item, size });
    this.#size += size;
    this.#next();
    return true;
  }

  /** Resolves when nothing waits and nothing is being done. */
  async drain(): Promise<void> {
    while (this.#working.size > 0) await Promise.all(this.#working);
  }

  /** Forgets what waits, and resolves when what is being done has ended. */
  async end(): Promise<void> {
    this.#waiting.length = 0;
    await Promise.all(this.#working);
  }

  #next(): void {
    const { atOnce, work } = this.#options;
    while (this.#working.size < atOnce) {
      const next = this.#waiting.shift();
      if (!next) return;
      this.#size -= next.size;
      const done = work(next.item).finally(() => {
        this.#working.delete(done);
        this.#next();
      });
      this.#working.add(done);
    }
  }
}
