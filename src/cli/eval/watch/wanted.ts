/** What a person at the terminal asks for. */
export type Key = 'again' | 'all' | 'failed' | 'quit';

/** What a change of files has done: which suites it touches and why, or what it has broken. */
export interface FileChange {
  readonly files: readonly string[];
  readonly touched: ReadonlyMap<string, string>;
  /** Null when all files can be read. */
  readonly broken: { readonly error: unknown } | null;
}

/** What is to be done next by a watch: told by keys, by changes of files and by signals, while a run may still be going. */
export class Wanted {
  #key: Key | null = null;
  #ended: number | null = null;
  #change: FileChange | null = null;
  #listener: (() => void) | null = null;

  /** The exit code that the watch is to end with; null while it goes on. */
  get ended(): number | null {
    return this.#ended;
  }

  get isAny(): boolean {
    return this.#key !== null || this.#ended !== null || this.#change !== null;
  }

  /** Calls the listener once, when something is wanted; at once when something is. It takes the place of an earlier one. */
  whenAny(listener: () => void): void {
    this.#listener = listener;
    this.#tell();
  }

  press(key: Key): void {
    this.#key = key;
    this.#tell();
  }

  end(exitCode: number): void {
    this.#ended = exitCode;
    this.#tell();
  }

  /** What earlier changes have touched stays touched. */
  change({ files, touched, broken }: FileChange): void {
    const before = this.#change;
    this.#change = {
      files: [...new Set([...(before?.files ?? []), ...files])],
      touched: new Map([...(before?.touched ?? []), ...touched]),
      broken,
    };
    this.#tell();
  }

  /** What is wanted, which then is not any more. */
  take(): { readonly key: Key | null; readonly change: FileChange | null } {
    const taken = { key: this.#key, change: this.#change };
    this.#key = null;
    this.#change = null;
    return taken;
  }

  #tell(): void {
    if (!this.isAny) return;
    const listener = this.#listener;
    this.#listener = null;
    listener?.();
  }
}
