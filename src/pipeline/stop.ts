/** Why a run ends before its plan does. */
export type StopReason = 'interrupted' | 'fail-fast';

/** Lets a run be ended in order: first nothing new starts, then what is in flight is cancelled. */
export class Stop {
  #reason: StopReason | null = null;
  #cancelled = false;
  readonly #onCancel: (() => void)[] = [];

  /** Why nothing new starts any more; null while all is well. */
  get reason(): StopReason | null {
    return this.#reason;
  }

  get cancelled(): boolean {
    return this.#cancelled;
  }

  /** Nothing new starts from now on. */
  request(reason: StopReason): void {
    this.#reason ??= reason;
  }

  /** Calls in flight end now. */
  cancel(): void {
    this.request('interrupted');
    this.#cancelled = true;
    for (const listener of this.#onCancel.splice(0)) listener();
  }

  onCancel(listener: () => void): void {
    if (this.#cancelled) listener();
    else this.#onCancel.push(listener);
  }
}
