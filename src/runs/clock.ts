import type { World } from '../calls/world.js';

/** When a run began and ended. Its length is that of a clock that nobody sets. */
export function startClock(world: Pick<World, 'date' | 'now'>) {
  const date = world.date().getTime();
  const now = world.now();
  return {
    /** In milliseconds. */
    elapsed: () => world.now() - now,
    times: (startedAt: string) => {
      const finishedAt = Math.max(Date.parse(startedAt), date + world.now() - now);
      return { startedAt, finishedAt: new Date(finishedAt).toISOString() };
    },
  };
}
