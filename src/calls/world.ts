/** Everything outside of the program that the pipeline uses, so that a test can hand it another. */
export interface World {
  /** Environment variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds that only grow, for measuring. */
  readonly now: () => number;
  readonly date: () => Date;
  /** In [0, 1). */
  readonly random: () => number;
  /** Resolves after some milliseconds, or as soon as the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** The world as it is. */
export function realWorld(): World {
  return {
    env: process.env,
    now: () => performance.now(),
    date: () => new Date(),
    random: Math.random,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const timer = setTimeout(done, ms);
        signal.addEventListener('abort', done, { once: true });
        function done() {
          clearTimeout(timer);
          signal.removeEventListener('abort', done);
          resolve();
        }
      }),
  };
}
