import type { Stop } from '../calls/stop.js';
import type { World } from '../calls/world.js';

/**
 * Ends a run when its time is up: nothing new starts, and what is in flight is cancelled. Returns how to take that back,
 * which finds out first whether it is too late: a run that was busy until after its deadline has not kept it. `null` is no
 * deadline.
 */
export function setDeadline(stop: Stop, maxTimeMs: number | null, { later, now }: Pick<World, 'later' | 'now'>) {
  if (maxTimeMs === null) return () => undefined;
  const end = now() + maxTimeMs;
  stop.setDeadline(() => now() >= end);
  const takeBack = later(maxTimeMs, () => stop.expire());
  return () => {
    takeBack();
    if (stop.reason === null) stop.setDeadline(null);
  };
}
