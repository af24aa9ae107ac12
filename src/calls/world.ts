import { startLines } from '../providers/contract/line-process.js';
import type { ProviderWorld } from '../providers/contract/provider.js';
import { runProcess } from '../providers/contract/run-process.js';

/**
 * Everything outside of the program that calls, answers, scores and runs use, but for files: a test hands them another,
 * whose time passes at once.
 */
export interface World extends ProviderWorld {
  readonly date: () => Date;
  /** In [0, 1). */
  readonly random: () => number;
  /** Resolves after some milliseconds, or as soon as the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Does something after some milliseconds. What it returns cancels that. */
  readonly later: (ms: number, act: () => void) => () => void;
}

/** The most that a timer of Node takes, almost 25 days: it fires at once where more is asked. */
const LONGEST_MS = 2 ** 31 - 1;

/** The world as it is. */
export function realWorld(env: World['env'] = process.env): World {
  const later: World['later'] = (ms, act) => {
    const timer = setTimeout(act, Math.min(ms, LONGEST_MS));
    return () => clearTimeout(timer);
  };
  return {
    env,
    now: () => performance.now(),
    date: () => new Date(),
    random: Math.random,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const cancel = later(ms, done);
        signal.addEventListener('abort', done, { once: true });
        function done() {
          cancel();
          signal.removeEventListener('abort', done);
          resolve();
        }
      }),
    later,
    runProcess,
    startLines,
  };
}
