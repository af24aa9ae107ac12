import type { Stop } from '../calls/stop.js';

/** The most that a timer of Node takes: almost 25 days. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Ends a run when its time is up: nothing new starts, and what is in flight is cancelled. Returns how to take that back.
 * `null` is no deadline.
 */
export function setDeadline(stop: Stop, maxTimeMs: number | null): () => void {
  if (maxTimeMs === null) return () => undefined;
  const end = () => {
    stop.request('max-time');
    stop.cancel();
  };
  const timer = setTimeout(end, Math.min(maxTimeMs, LONGEST_MS));
  return () => clearTimeout(timer);
}
