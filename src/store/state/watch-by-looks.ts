import { lookAgain } from './look-again.js';

/**
 * Calls back whenever a look finds something else than the one before. Null is what cannot be looked at, so it tells of that
 * too, and when it is back; undefined is nothing to compare yet. The first look is at once: what happens before it is found
 * by the second. Returns how to stop.
 */
export function watchByLooks(
  look: () => Promise<string | null | undefined>,
  pauseMs: number,
  changed: () => void,
): () => void {
  let before: string | null | undefined;
  let isOver = false;
  const stop = lookAgain(pauseMs, async () => {
    const now = await look().catch(() => null);
    if (!isOver && before !== undefined && now !== undefined && now !== before) changed();
    before = now;
  });
  return () => {
    isOver = true;
    stop();
  };
}
