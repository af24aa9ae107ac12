import type { Stop } from '../calls/stop.js';
import type { World } from '../calls/world.js';

/**
 * Ends a run when its time is up: nothing new starts, and what is in flight is cancelled. What it returns cancels that, and
 * finds out first whether it is too late: a run that was busy until after its deadline has not kept it. `null` is no deadline.
 */
export function setDeadline(stop: Stop, maxTimeMs: number | null, { later, now }: Pick<World, 'later' | 'now'>) {
  if (maxTimeMs === null) return () => undefined;
  const end = now() + maxTimeMs;
  stop.setDeadline(() => now() >= end);
  const cancel = later(maxTimeMs, () => stop.expire());
  return () => {
    cancel();
    if (stop.reason === null) stop.setDeadline(null);
  };
}
