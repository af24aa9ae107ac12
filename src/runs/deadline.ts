import type { Stop } from '../calls/stop.js';
import type { World } from '../calls/world.js';

/**
 * Ends a run when its time is up: nothing new starts, and what is in flight is cancelled. Returns how to take that back.
 * `null` is no deadline.
 */
export function setDeadline(stop: Stop, maxTimeMs: number | null, { later }: Pick<World, 'later'>): () => void {
  if (maxTimeMs === null) return () => undefined;
  return later(maxTimeMs, () => {
    stop.request('max-time');
    stop.cancel();
  });
}
