/** How long nothing may have changed before what has is looked at, in milliseconds: editors write in several steps. */
const QUIET_MS = 150;
/** How long changes may go on before they are looked at all the same. */
const MOST_MS = 2000;

/** Gathers paths until no more come for a moment, and hands them on together, one batch at a time. */
export class Settled {
  readonly #hand: (paths: ReadonlySet<string>) => Promise<void>;
  #gathered = new Set<string>();
  #since = 0;
  #timer: NodeJS.Timeout | null = null;
  #handing = false;
  #closed = false;

  constructor(hand: (paths: ReadonlySet<string>) => Promise<void>) {
    this.#hand = hand;
  }

  add(path: string): void {
    if (this.#gathered.size === 0) this.#since = performance.now();
    this.#gathered.add(path);
    this.#wait();
  }

  close(): void {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
  }

  #wait(): void {
    if (this.#closed || this.#handing) return;
    if (this.#timer) clearTimeout(this.#timer);
    const left = this.#since + MOST_MS - performance.now();
    this.#timer = setTimeout(() => void this.#handOn(), Math.max(0, Math.min(QUIET_MS, left)));
  }

  async #handOn(): Promise<void> {
    const paths = this.#gathered;
    this.#gathered = new Set();
    this.#handing = true;
    try {
      await this.#hand(paths);
    } finally {
      this.#handing = false;
      if (this.#gathered.size > 0) this.#wait();
    }
  }
}
