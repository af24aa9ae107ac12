import type { World } from '../../src/calls/world.js';
import { createRandom } from '../../src/core/stats/random.js';

/** A world whose time passes as soon as nothing else is left to do. */
export interface VirtualWorld extends World {
  /** Lets time pass until the work is done; resolves with its result. Throws when everything waits for nothing. */
  run<T>(work: Promise<T>): Promise<T>;
}

/** Returns a world at time 0 with seeded chance. */
export function virtualWorld(seed = 'world'): VirtualWorld {
  let now = 0;
  const random = createRandom(seed);
  const sleepers = new Set<{ readonly at: number; readonly wake: () => void }>();
  const later: VirtualWorld['later'] = (ms, act) => {
    const wake = () => {
      sleepers.delete(sleeper);
      act();
    };
    const sleeper = { at: now + ms, wake };
    sleepers.add(sleeper);
    return () => void sleepers.delete(sleeper);
  };
  return {
    env: {},
    now: () => now,
    date: () => new Date(Date.UTC(2026, 2, 1) + now),
    random: () => random.uniform(),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const wake = () => {
          takeBack();
          signal.removeEventListener('abort', wake);
          resolve();
        };
        const takeBack = later(ms, wake);
        signal.addEventListener('abort', wake, { once: true });
      }),
    later,
    runProcess: async (program) => {
      throw new Error(`no program ${program} runs in a virtual world, unless it is given one`);
    },
    startLines: (program) => {
      throw new Error(`no program ${program} runs in a virtual world, unless it is given one`);
    },
    run: async (work) => {
      let done = false;
      const ended = work.finally(() => {
        done = true;
      });
      ended.catch(() => undefined);
      for (;;) {
        // All that can happen at this time happens first
        await new Promise((resolve) => setImmediate(resolve));
        if (done) return ended;
        let next: { readonly at: number; readonly wake: () => void } | null = null;
        for (const sleeper of sleepers) if (next === null || sleeper.at < next.at) next = sleeper;
        if (next === null) throw new Error('nothing is left that could wake up');
        now = Math.max(now, next.at);
        next.wake();
      }
    },
  };
}
